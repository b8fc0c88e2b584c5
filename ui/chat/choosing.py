"""What a reader sees of the choice of documents: a button, the line that says what is chosen, and the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.chat.rendering import as_text
from ui.chat.texts import Texts
from ui.choice import Choice, Within, name_of, year_of
from ui.plain_text import plain_line

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

SHOWN = 20
"""Documents of the list that are shown at once; the others are found by their names."""
_NAMED = 3
"""Titles of chosen documents that are said."""


def button_html(said: Texts) -> str:
    """The button that unfolds the choice."""
    words = as_text(said.say("choose_documents"))
    return f'<div {said.attributes}><button class="choose" type="button">{words}</button></div>'


def line_html(chosen: Within | None, said: Texts) -> str:
    """What answers come from, and the way back to all documents; "" where nothing is chosen."""
    if chosen is None:
        return ""
    kind = "within" if chosen.documents else "within is-empty"
    return f'<div class="{kind}" {said.attributes}><p>{as_text(sentence_of(chosen, said))}</p>{reset_html(said)}</div>'


def sentence_of(chosen: Within, said: Texts) -> str:
    """What answers come from, or that they can come from nothing."""
    if not chosen.documents:
        return said.say("within_none", what=words_of(chosen, said))
    return said.say("within", count=len(chosen.documents), all=chosen.all, what=words_of(chosen, said))


def reset_html(said: Texts) -> str:
    """The button that goes back to all documents."""
    return f'<button class="all-documents" type="button">{as_text(said.say("use_all_documents"))}</button>'


def words_of(chosen: Within, said: Texts) -> str:
    """A choice in words."""
    choice = chosen.choice
    words = []
    if choice.own:
        words.append(_own(chosen.organisation, said))
    if choice.first_year and choice.last_year:
        words.append(said.say("years", first=choice.first_year, last=choice.last_year))
    elif choice.first_year:
        words.append(said.say("since_year", year=choice.first_year))
    elif choice.last_year:
        words.append(said.say("until_year", year=choice.last_year))
    if choice.kind:
        words.append(said.say("of_kind", kind=choice.kind))
    if choice.documents:
        words += [said.say("titled", title=title) for title in chosen.titles[:_NAMED]]
        if (more := len(chosen.titles) - _NAMED) > 0:
            words.append(said.say("more_documents", count=more))
    return said.say("and_then").join(words) or said.say("chosen_documents")


def fields_html(documents: Sequence[DocumentSummary], choice: Choice, organisation: str, said: Texts) -> str:
    """The fields for these documents, as far as there is something to choose, filled in as chosen."""
    parts = [*_whose(documents, choice, organisation, said), *_when(documents, choice, said)]
    parts += [*_kinds(documents, choice, said), *_titles(documents, choice, said)]
    if not parts:
        parts.append(f"<p>{as_text(said.say('nothing_to_choose'))}</p>")
    done = f'<button class="chosen" type="button">{as_text(said.say("done"))}</button>'
    return f'<div class="choices" {said.attributes}>{"".join(parts)}{done}</div>'


def _own(organisation: str, said: Texts) -> str:
    return said.say("only_own", organisation=organisation) if organisation else said.say("only_own_unnamed")


def _whose(documents: Sequence[DocumentSummary], choice: Choice, organisation: str, said: Texts) -> list[str]:
    if len({document.authority == "own" for document in documents}) < 2:
        return []
    own = _own(organisation, said)
    box = f'<input type="checkbox" name="own" value="1"{" checked" * choice.own}>'
    return [f'<label class="tick">{box}<span>{as_text(own[:1].upper() + own[1:])}</span></label>']


def _when(documents: Sequence[DocumentSummary], choice: Choice, said: Texts) -> list[str]:
    years = sorted({year for document in documents if (year := year_of(document))})
    if len(years) < 2:
        return []

    def field(name: str, words: str, chosen: int) -> str:
        span = f'min="{years[0]}" max="{years[-1]}" value="{chosen or ""}"'
        number = f'<input type="number" name="{name}" inputmode="numeric" {span}>'
        return f"<label><span>{as_text(said.say(words))}</span>{number}</label>"

    both = field("from", "from_year", choice.first_year) + field("to", "to_year", choice.last_year)
    dated = all(year_of(document) for document in documents)
    hint = "" if dated else f'<p class="hint">{as_text(said.say("undated_left_out"))}</p>'
    legend = f"<legend>{as_text(said.say('published', first=years[0], last=years[-1]))}</legend>"
    return [f'<fieldset class="span">{legend}{both}{hint}</fieldset>']


def _kinds(documents: Sequence[DocumentSummary], choice: Choice, said: Texts) -> list[str]:
    kinds = sorted({kind for document in documents if (kind := plain_line(document.kind))}, key=str.casefold)
    if len({plain_line(document.kind) for document in documents}) < 2:
        return []
    options = [f'<option value="">{as_text(said.say("any_kind"))}</option>']
    options += [
        f'<option value="{as_text(kind)}"{" selected" * (kind == choice.kind)}>{as_text(kind)}</option>'
        for kind in kinds
    ]
    chosen = f'<select name="kind">{"".join(options)}</select>'
    return [f'<label class="kind"><span>{as_text(said.say("kind"))}</span>{chosen}</label>']


def _titles(documents: Sequence[DocumentSummary], choice: Choice, said: Texts) -> list[str]:
    if len(documents) < 2:
        return []
    chosen_first = sorted(documents, key=lambda document: name_of(document.id) not in choice.documents)
    items = []
    for n, document in enumerate(chosen_first):
        name = name_of(document.id)
        ticked = name in choice.documents
        box = f'<input type="checkbox" name="document" value="{name}"{" checked" * ticked}>'
        besides = " · ".join(filter(None, (plain_line(document.publisher), document.published or "")))
        words = (
            f'<bdi class="title">{as_text(document.title)}</bdi> <bdi class="besides-title">{as_text(besides)}</bdi>'
        )
        hidden = " hidden" * (n >= SHOWN and not ticked)
        items.append(f'<li{hidden}><label class="tick">{box}<span>{words}</span></label></li>')
    find = ""
    if len(documents) > SHOWN:
        searched = '<input type="search" class="find-document" autocomplete="off">'
        find = f'<label class="finding"><span>{as_text(said.say("find_document"))}</span>{searched}</label>'
        find += f'<p class="hint left-over">{as_text(said.say("shown_of", shown=SHOWN, all=len(documents)))}</p>'
    legend = f"<legend>{as_text(said.say('documents_chosen'))}</legend>"
    return [f'<fieldset class="which">{legend}{find}<ul>{"".join(items)}</ul></fieldset>']
