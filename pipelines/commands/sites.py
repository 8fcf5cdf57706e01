"""`svodka site`: the site files, and the saved pages that hold them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archive.errors import UsageError
from pipelines.commands.opening import given_home
from pipelines.commands.options import BaseUrl, Json
from pipelines.commands.output import print_object, print_rows


def list_(as_json: Json = False) -> None:
    """The sites that Svodka knows."""
    from crawler.sites import load_site, site_names

    sites = [load_site(name) for name in site_names()]
    print_rows(({"name": site.name, "title": site.title, "base_url": site.base_url} for site in sites), as_json)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new site file's name.")],
    pages: Annotated[list[str], typer.Argument(metavar="PAGE...", help="Articles of the site: URLs, or saved files.")],
    url: Annotated[list[str] | None, typer.Option(help="Where a saved file is from; once for each, in order.")] = None,
    base_url: BaseUrl = None,
    into: Annotated[Path | None, typer.Option(help="The folder to write into; the program's own if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Write a site file and fixtures from a few pages; show what could not be found."""
    from pipelines.site_new import new_site

    print_object(new_site(given_home(), name, pages, urls=url or (), base_url=base_url, into=into), as_json)


def check(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One site; all if not given.")] = None,
    into: Annotated[Path | None, typer.Option(help="The folder of the site file, as for `site new`.")] = None,
    as_json: Json = False,
) -> None:
    """Read the saved pages of site files; exit 1 where one is read otherwise than expected."""
    from crawler.sites import site_names
    from pipelines.site_check import check_fixtures, site_in

    if into and not name:
        raise UsageError("--into needs the NAME of a site file in that folder")
    found = [each for one in ([name] if name else site_names()) for each in check_fixtures(*site_in(into, one))]
    print_rows(found, as_json)
    if any(each.differences for each in found):
        raise typer.Exit(1)
