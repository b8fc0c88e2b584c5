"""What the page sends to the server for one of its events, as its configuration tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def page_event(config: Mapping[str, Any], event: str, of: str = "", /, **values: object) -> dict[str, Any]:
    """The body that joins the queue with one event of the page, but for the session.

    ``config`` is what ``/config`` answers; ``event`` is what sets the event off ("load", "submit"), at the component
    with the id ``of`` where several have such an event. Inputs have the value of ``values`` that is named like their
    id, else what stands in them when the page opens. Fails for a value that is no input of the event.
    """
    components = {each["id"]: each["props"] for each in config["components"]}
    (found,) = [
        each
        for each in config["dependencies"]
        for target, name in each["targets"]
        if name == event and (not of or components[target].get("elem_id") == of)
    ]
    inputs = [components[each] for each in found["inputs"]]
    assert set(values) <= {each.get("elem_id") for each in inputs}, values
    data = [values.get(each.get("elem_id") or "", each.get("value") or "") for each in inputs]
    return {"data": data, "fn_index": found["id"], "event_data": None, "trigger_id": None}


def page_question(config: Mapping[str, Any], question: object, **values: object) -> dict[str, Any]:
    """The same for a question that is typed and sent: by default the first one, to the whole collection."""
    return page_event(config, "submit", "question", question=question, **values)
