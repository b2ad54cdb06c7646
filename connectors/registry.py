"""Every connector by the name that the configuration uses. A new source is one file and one line here."""

from __future__ import annotations

from importlib import import_module

from earful.connectors.base import Connector

#: name -> module:class. Modules are imported when asked for: heavy clients load only where a channel needs them.
CONNECTORS: dict[str, str] = {
    "sample": "earful.connectors.sample.connector:SampleConnector",
    "files": "earful.connectors.files.connector:FilesConnector",
    "reddit": "earful.connectors.reddit.connector:RedditConnector",
    "app_store_rss": "earful.connectors.stores.app_store_rss:AppStoreRssConnector",
    "google_play_api": "earful.connectors.stores.google_play_api:GooglePlayApiConnector",
    "steam": "earful.connectors.stores.steam:SteamConnector",
}


def connector_class(name: str) -> type[Connector]:
    """The class behind a connector's name. Raises KeyError with the known names."""
    if name not in CONNECTORS:
        raise KeyError(f"no connector {name!r}; there are: {', '.join(sorted(CONNECTORS))}")
    module, _, attribute = CONNECTORS[name].partition(":")
    found: type[Connector] = getattr(import_module(module), attribute)
    return found
