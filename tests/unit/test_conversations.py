"""Conversations are held in memory within bounds, and a question goes step by step whatever happens to it."""

import asyncio
import logging
import re
import string
import threading
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from assistant.door_settings import Limits
from assistant.errors import AssistantError
from assistant.events import Failed, Finished
from assistant.library import DocumentSummary
from tests.serving import run_alone
from ui.access.caller import Caller, Visit, with_visit
from ui.access.views import Views
from ui.chat import showing
from ui.chat import talk as talk_module
from ui.chat.examples import phrasing
from ui.chat.talk import Asker, Step, Talk
from ui.chat.texts import choose_language, languages, texts
from ui.choice import Choice, Within
from ui.conversations import IDLE_SECONDS, MOST_EXCHANGES, Conversations, Exchange, history
from ui.feed import MISTAKE
from ui.notice import NOTICE
from ui.sources import ENGLISH
from ui.testing import FakeAssistant, make_answer, make_citation
from ui.warming import WarmingAssistant
from vectorstore.errors import IndexMissing

OPEN = make_answer(("Membership is open.", (1,)), ("It costs.", (1,)), citations=[make_citation(1)])

THE_PLAN = DocumentSummary(
    id="The plan",
    title="The plan",
    publisher="",
    authority="own",
    published=None,
    language="en",
    pages=0,
    chunks=1,
    derived=frozenset(),
)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def asked(number, question="Who can join?", text="Open."):
    return Exchange(number=number, question=question, text=text, state="done")


class TestConversations:
    def test_what_was_said_is_there_until_it_is_forgotten(self):
        held = Conversations()
        name, other = held.begin(), held.begin()
        assert name != other
        assert re.fullmatch(r"[\w-]{22}", name)
        held.keep(name, asked(1))
        assert held.exchanges(name) == (asked(1),)
        assert held.exchanges(other) == ()
        held.forget(name)
        held.forget(name)
        assert held.exchanges(name) is None
        held.keep(name, asked(2))
        assert held.exchanges(name) is None

    @pytest.mark.parametrize("look", [Conversations.forget_idle, lambda held: held.exchanges("another")])
    def test_it_goes_when_it_is_idle(self, look):
        clock = Clock()
        held = Conversations(clock=clock)
        idle, used = held.begin(), held.begin()
        clock.now += IDLE_SECONDS - 1
        held.exchanges(used)
        clock.now += 1
        look(held)
        assert held._held.keys() == {used}
        assert held.exchanges(idle) is None

    def test_the_oldest_exchanges_go_first(self):
        held = Conversations()
        name = held.begin()
        for number in range(1, MOST_EXCHANGES + 4):
            held.keep(name, asked(number))
        assert [each.number for each in held.exchanges(name)] == list(range(4, MOST_EXCHANGES + 4))

    def test_history_is_what_was_answered(self):
        turns = history((asked(1), asked(2, "Failed?", ""), asked(3, "Really?", "Yes.")))
        assert [(turn.role, turn.content) for turn in turns] == [
            ("user", "Who can join?"),
            ("assistant", "Open."),
            ("user", "Really?"),
            ("assistant", "Yes."),
        ]


def test_what_was_chosen_takes_room_too():
    """A choice of many documents is held with each question that was asked within it."""
    chosen = Within(choice=Choice(own=True), documents=frozenset(map(str, range(1000))), all=1000)
    plain = asked(1)
    assert replace(plain, within=chosen).size - plain.size > 16 * 1000
    assert replace(plain, further=("What else?",)).size - plain.size == len("What else?")


class Memory(RuleBasedStateMachine):
    """Whatever is asked, the bounds hold, and no conversation ever shows what was said in another."""

    names = Bundle("names")

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.held = Conversations(clock=self.clock, most_characters=2000)

    @rule(target=names)
    def begin(self):
        return self.held.begin()

    @rule(name=names, length=st.integers(0, 700))
    def ask(self, name, length):
        before = self.held.exchanges(name)
        number = before[-1].number + 1 if before else 1
        said = asked(number, name, "x" * length)
        self.held.keep(name, said)
        after = self.held.exchanges(name)
        if before is None:
            assert after is None
        elif sum(exchange.size for exchange in (*before, said)) <= 2000:  # else it alone is too much
            assert after == (*before, said)[-MOST_EXCHANGES:]

    @rule(seconds=st.integers(0, IDLE_SECONDS))
    def wait(self, seconds):
        self.clock.now += seconds

    @rule(name=names)
    def forget(self, name):
        self.held.forget(name)
        assert self.held.exchanges(name) is None

    @invariant()
    def bounds_hold(self):
        kept = self.held._held.items()
        assert all(exchange.question == name for name, held in kept for exchange in held.exchanges)
        assert sum(exchange.size for _, held in kept for exchange in held.exchanges) <= 2000


TestMemory = Memory.TestCase
TestMemory.settings = settings(max_examples=60, stateful_step_count=25)


def talk_over(assistant, conversations=None):
    return Talk(Views(assistant, Limits()), conversations or Conversations(), lambda: date(2026, 1, 31))


def asker_of(assistant):
    """Whoever sits at this machine."""
    caller = Caller(key="", collections=frozenset({"default"}), rights=frozenset({"ask"}), counted=False)
    return Asker(key="", view=Views(assistant, Limits()).of(with_visit({}, Visit(caller=caller))))


async def all_steps(talk, question, conversation=""):
    asker = asker_of(talk._views._assistant)
    return [step async for step in talk.ask(question, conversation, asker)]


class TestTalk:
    @pytest.mark.parametrize("choice", [Choice(), Choice(own=True)])
    def test_a_question_during_the_warm_up_stands_on_the_page_whatever_is_chosen(self, choice):
        go_on = threading.Event()

        def opened():
            go_on.wait(20)
            return FakeAssistant({"Who can join?": OPEN})

        async def asked():
            warming = WarmingAssistant(opened)
            talk, asker = talk_over(warming), asker_of(warming)
            warming.start()
            steps = talk.ask("Who can join?", "", asker, choice)
            first = await anext(steps)
            go_on.set()
            return [first, *[step async for step in steps]]

        steps = asyncio.run(asked())
        assert (steps[0].note, steps[0].running, len(steps[0].exchanges)) == ("getting_ready", True, 1)
        assert steps[-1].exchanges[0].over

    @pytest.mark.parametrize("choice", [Choice(), Choice(own=True)])
    def test_an_unforeseen_failure_of_the_start_is_one_sentence_whatever_is_chosen(self, choice, monkeypatch):
        monkeypatch.setattr(threading, "excepthook", lambda _failure: None)  # it goes to the log, not to the reader

        def broken():
            raise RuntimeError("Kaboom")

        async def asked():
            warming = WarmingAssistant(broken)
            warming.start()
            return [step async for step in talk_over(warming).ask("Who can join?", "", asker_of(warming), choice)]

        (exchange,) = asyncio.run(asked())[-1].exchanges
        assert (exchange.state, exchange.trouble) == ("failed", "The assistant could not be started; see its log.")

    def test_steps_end_with_the_answer_and_the_next_question_knows_it(self):
        assistant = FakeAssistant({"Who can join?": OPEN})
        talk = talk_over(assistant)

        async def two_questions():
            first = await all_steps(talk, "  Who can join?\n")
            second = await all_steps(talk, "Really?", first[-1].conversation)
            return first, second

        first, second = run_alone(two_questions())
        assert (first[0].exchanges[0].state, first[0].running, first[0].accepted) == ("looking", True, True)
        (done,) = first[-1].exchanges
        assert (done.state, done.text, done.asked_on, first[-1].running) == ("done", OPEN.answer, "2026-01-31", False)
        assert [exchange.number for exchange in second[-1].exchanges] == [1, 2]
        assert second[-1].conversation == first[0].conversation
        assert [turn.content for turn in assistant.asked[1][1]] == ["Who can join?", OPEN.answer]

    def test_a_name_that_nobody_gave_begins_anew_and_says_so(self):
        assistant = FakeAssistant()
        (*_, last) = run_alone(all_steps(talk_over(assistant), "Who can join?", "made-up"))
        assert last.note == "forgotten"
        assert last.conversation not in {"", "made-up"}
        assert assistant.asked == [("Who can join?", ())]

    @pytest.mark.parametrize(
        ("question", "note"), [("", "empty_question"), (" \x1b[0m\n", "empty_question"), ("x" * 4001, "long_question")]
    )
    def test_what_cannot_be_asked_is_not(self, question, note):
        assistant = FakeAssistant()
        (step,) = run_alone(all_steps(talk_over(assistant), question))
        assert (step.note, step.accepted, step.running, step.conversation) == (note, False, False, "")
        assert assistant.asked == []

    def test_stopping_keeps_what_stands_and_closes_what_gave_it(self):
        go_on = threading.Event()
        assistant = FakeAssistant(
            {"Who can join?": OPEN}, before=lambda event: isinstance(event, Finished) and go_on.wait(10)
        )
        talk = talk_over(assistant)

        async def stopped():
            states = []
            async for step in talk.ask("Who can join?", "", asker_of(assistant)):
                states.append(step.exchanges[-1].state)
                if step.exchanges[-1].text == OPEN.answer:
                    talk.stop(step.conversation)
            go_on.set()
            return states, step

        states, last = run_alone(stopped())
        assert states[-2:] == ["writing", "stopped"]
        assert last.exchanges[0].text == OPEN.answer
        wait_until(lambda: assistant.given_up == 1)

    def test_a_silent_assistant_gives_the_same_step_again(self, monkeypatch):
        monkeypatch.setattr(talk_module, "PULSE", 0.01)
        go_on = threading.Event()
        assistant = FakeAssistant({"Who can join?": OPEN}, before=lambda event: go_on.wait(10))
        talk = talk_over(assistant)

        async def watched():
            steps = []
            async for step in talk.ask("Who can join?", "", asker_of(assistant)):
                steps.append(step)
                if len(steps) == 3:
                    go_on.set()
            return steps

        steps = run_alone(watched())
        assert steps[0] == steps[1] == steps[2] != steps[-1]
        assert steps[-1].exchanges[0].state == "done"

    def test_leaving_gives_the_question_up_and_keeps_what_stands(self):
        go_on = threading.Event()
        assistant = FakeAssistant({"Who can join?": OPEN}, before=lambda event: go_on.wait(10))
        conversations = Conversations()
        talk = talk_over(assistant, conversations)

        async def left():
            steps = talk.ask("Who can join?", "", asker_of(assistant))
            step = await anext(steps)
            await steps.aclose()
            return step

        step = run_alone(left())
        go_on.set()
        assert conversations.exchanges(step.conversation) == (step.exchanges[0].stopped(),)
        assert not talk.step(step.conversation, asker_of(assistant)).running
        wait_until(lambda: assistant.given_up == 1)

    @pytest.mark.parametrize("forgotten", [False, True])
    def test_another_question_takes_the_turn_of_one_in_work_and_loses_nothing(self, forgotten):
        go_on = threading.Event()
        assistant = FakeAssistant(
            {"Who can join?": OPEN, "Slow?": OPEN},
            before=lambda event: len(assistant.asked) == 2 and isinstance(event, Finished) and go_on.wait(10),
        )
        talk, asker = talk_over(assistant), asker_of(assistant)

        async def overtaken():
            (*_, first) = await all_steps(talk, "Who can join?")
            slow = talk.ask("Slow?", first.conversation, asker)
            step = await anext(slow)
            while step.exchanges[-1].state != "writing":
                step = await anext(slow)
            again = talk.again("1", first.conversation, asker, "short")
            begun = await anext(again)
            if forgotten:
                talk.forget(first.conversation)
            (last_of_slow,) = [each async for each in slow]
            go_on.set()
            return begun, last_of_slow, [each async for each in again][-1]

        begun, last_of_slow, last = run_alone(overtaken())
        assert [each.number for each in begun.exchanges] == [1, 2, 3]
        if forgotten:
            assert last_of_slow == last == Step(conversation="", exchanges=())
            return
        assert last_of_slow == begun, "the page shows what stands there by now"
        assert [(each.question, each.state, each.form) for each in last.exchanges] == [
            ("Who can join?", "done", "full"),
            ("Slow?", "stopped", "full"),
            ("Who can join?", "done", "short"),
        ]
        assert talk.step(last.conversation, asker) == last

    def test_readers_who_wait_for_examples_keep_no_answer_waiting(self):
        go_on = threading.Event()

        class Slow(FakeAssistant):
            def first_questions(self, phrasing):
                go_on.wait(10)
                return super().first_questions(phrasing)

        assistant = Slow({"Who can join?": OPEN}, documents=[THE_PLAN])
        talk, asker = talk_over(assistant), asker_of(assistant)

        async def many():
            waiting = [asyncio.create_task(talk.examples(asker, phrasing(texts("en")))) for _ in range(40)]
            await asyncio.sleep(0.1)
            try:
                return (await asyncio.wait_for(all_steps(talk, "Who can join?"), 5))[-1]
            finally:
                go_on.set()
                assert all(await asyncio.gather(*waiting))

        assert run_alone(many()).exchanges[0].state == "done"

    def test_an_index_that_is_not_there_says_of_nobody_whose_documents_these_are(self):
        class Broken(FakeAssistant):
            def index_facts(self):
                raise IndexMissing("There is no index: make one.")

        assert talk_over(Broken()).organisation == ""

    def test_a_mistake_in_the_program_is_told_and_its_words_are_not_logged(self, caplog):
        def fail(event):
            raise KeyError("the secret question")

        with caplog.at_level(logging.INFO):
            (*_, last) = run_alone(all_steps(talk_over(FakeAssistant(before=fail)), "the secret question"))
        assert (last.exchanges[0].state, last.exchanges[0].trouble) == ("failed", MISTAKE)
        assert "KeyError" in caplog.text
        assert "secret" not in caplog.text

    def test_events_that_end_too_early_are_a_failure(self):
        class Silent(FakeAssistant):
            def ask(self, question, history=(), cancelled=None, **narrowing):
                return iter(())

        (*_, last) = run_alone(all_steps(talk_over(Silent()), "Who can join?"))
        assert last.exchanges[0].trouble == MISTAKE

    def test_a_failure_leaves_what_was_found(self):
        assistant = FakeAssistant({"Who can join?": OPEN}, failures={"Who can join?": "Ask again."})
        (*_, last) = run_alone(all_steps(talk_over(assistant), "Who can join?"))
        (failed,) = last.exchanges
        assert (failed.state, failed.trouble, failed.evidence) == ("failed", "Ask again.", OPEN.citations)

    def test_a_question_waits_for_an_assistant_that_gets_ready(self):
        ready = threading.Event()

        def opened():
            ready.wait(10)
            return FakeAssistant({"Who can join?": OPEN}, documents=[THE_PLAN])

        assistant = WarmingAssistant(opened)
        talk = talk_over(assistant)
        assistant.start()

        async def asked_early():
            notes = []
            async for step in talk.ask("Who can join?", "", asker_of(assistant)):
                notes.append(step.note)
                ready.set()
            await talk.settled()
            return notes, step, await talk.examples(asker_of(assistant), phrasing(texts("en")))

        notes, last, titles = run_alone(asked_early())
        assert notes[0] == "getting_ready"
        assert notes[-1] == ""
        assert last.exchanges[0].state == "done"
        assert titles == ("What is “The plan” about?",)

    def test_an_assistant_that_cannot_be_opened_is_told(self):
        def broken():
            raise AssistantError("The model is not here: fetch it.")

        assistant = WarmingAssistant(broken)
        talk = talk_over(assistant)
        assistant.start()

        async def settled():
            await talk.settled()
            return await talk.examples(asker_of(assistant), phrasing(texts("en"))), await all_steps(
                talk, "Who can join?"
            )

        titles, (*_, last) = run_alone(settled())
        assert (talk.failure, titles) == ("The model is not here: fetch it.", ())
        assert last.exchanges[0].trouble == "The model is not here: fetch it."


def wait_until(holds):
    for _ in range(500):
        if holds():
            return
        threading.Event().wait(0.01)
    pytest.fail("It did not happen within five seconds.")


def test_what_lies_within_a_citation_is_not_shown_beside_it():
    cited = make_citation(1, "Membership is open.", start=10)
    same, part, more, elsewhere = (
        make_citation(1, "Membership is open.", start=10),
        make_citation(2, "is open", start=21),
        make_citation(3, "Membership is open. It costs.", start=10),
        make_citation(4, "Membership is open.", document="profile", start=10),
    )
    exchange = replace(asked(1), citations=(cited,), evidence=(same, part, more, elsewhere))
    assert exchange.uncited == (more, elsewhere)


def test_a_failure_after_text_keeps_the_text():
    exchange = replace(asked(1), state="writing").after(Failed(message="Cut off.", retryable=True))
    assert (exchange.text, exchange.trouble, exchange.over) == ("Open.", "Cut off.", True)


class TestTexts:
    def test_every_language_has_every_text_with_its_variables(self):
        english = {name: variables(text) for name, text in texts("en").words.items()}
        for language in languages():
            said = texts(language)
            assert said.language == language
            assert {name: variables(text) for name, text in said.words.items()} == english
            assert all(text.strip() for text in said.words.values())

    def test_the_languages_and_their_directions(self):
        assert list(languages()) == ["en", "fr", "es", "de", "it", "nl", "pt", "pl", "el", "ar"]
        assert [language for language in languages() if texts(language).direction == "rtl"] == ["ar"]

    def test_every_door_says_the_same(self):
        english = texts("en").words
        assert english["notice"] == NOTICE
        assert {name: english[name] for name in ENGLISH} == dict(ENGLISH)

    def test_values_are_never_templates(self):
        assert texts("en").say("earlier", question="$question $5") == "Sources for: $question $5"

    @pytest.mark.parametrize(
        ("asked", "accepted", "chosen"),
        [
            ("fr", "de", "fr"),
            ("xx", "de", "de"),
            (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
            (None, "en;q=0.5, ar-SY", "ar"),
            (None, "sw, pl;q=0.3, el;q=0.7", "el"),
            (None, "fr;q=0", "en"),
            (None, "*, ;;q=,", "en"),
            (None, None, "en"),
            (None, "sw," * 5000 + "fr", "en"),
        ],
    )
    def test_the_language_of_the_reader(self, asked, accepted, chosen):
        assert choose_language(asked, accepted) == chosen

    @given(st.text(alphabet=string.printable), st.text(alphabet="aefrEN-*;q=0.15, \t"))
    def test_any_header_chooses_one(self, asked, accepted):
        assert choose_language(asked, accepted) in languages()


def variables(text):
    return set(string.Template(text).get_identifiers())


def test_a_question_about_a_heading_and_one_about_a_title_in_every_language():
    for language in languages():
        put = phrasing(texts(language))
        assert variables(put.section) == {"heading"}
        assert variables(put.document) == {"title"}


def test_an_exchange_that_is_kept_again_takes_its_own_place_or_that_of_another():
    held = Conversations()
    name = held.begin()
    for number in (1, 2):
        held.keep(name, asked(number))
    held.keep(name, asked(1, text="Closed."))
    assert [(each.number, each.text) for each in held.exchanges(name)] == [(1, "Closed."), (2, "Open.")]
    held.keep(name, asked(3), instead_of=2)
    assert [each.number for each in held.exchanges(name)] == [1, 3]


def test_what_does_not_change_is_shown_without_being_made_again(monkeypatch):
    made = []
    monkeypatch.setattr(
        showing, "earlier_html", lambda earlier, *_: made.append([each.number for each in earlier]) or ""
    )
    shown = showing.Showing(texts("en"))
    known = tuple(asked(number) for number in range(1, 4))
    for text in ("", "One.", "One. Two."):
        step = Step(conversation="a", exchanges=(*known, replace(asked(4, text=text), state="writing")), running=True)
        shown.earlier_cards(step)
        assert shown.messages(step)[:-2] == shown.messages(Step(conversation="a", exchanges=known))
    shown.earlier_cards(Step(conversation="a", exchanges=(*known, asked(4))))
    assert made == [[1, 2, 3], [1, 2, 3]], "at the beginning, and when it is known what the answer cites"
