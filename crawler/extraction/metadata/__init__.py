"""What a page declares about itself: JSON-LD, OpenGraph, microdata, <title>; and whether it speaks of this article."""
