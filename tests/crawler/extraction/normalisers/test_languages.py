"""Which language a text is in, where a page does not say it."""

import pytest

from crawler.extraction.normalisers.languages import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Мост закрыли утром, и никто не знал, на какой срок это было сделано.", "ru"),
        ("Міст закрили вранці, і ніхто не знав, чи відчинять його ввечері для її мешканців.", "uk"),
        ("Мост зачынілі раніцай, і ніхто не ведаў, калі яго адчыняць у горадзе; людзі ішлі ўброд.", "be"),
        ("The bridge was closed in the morning, and nobody knew for how long.", "en"),
        ("A quote, «Это было утром», stands in the text that the agency gave to the press in the morning.", "en"),
        ("Цитата: the bridge, и никто не знал, что это было; об этом писали утром все газеты страны.", "ru"),
        ("Die Brücke wurde am Morgen in beiden Richtungen gesperrt, und niemand wusste, wie lange.", "und"),
        ("Le pont a été fermé le matin, et personne ne savait pour combien de temps.", "und"),
        ("Мостът беше затворен сутринта и никой не знаеше за колко време.", "und"),
        ("12:30", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_told_by_what_no_other_has(text, language):
    assert guess_language(text) == language
