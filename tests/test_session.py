"""What is kept of a dialogue, and only that."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.session import SUBJECTS, Answer, Session, dump_session, load_session

TODAY = date(2026, 11, 23)
words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=20)
answers = st.dictionaries(
    words,
    st.builds(
        Answer,
        st.lists(words, min_size=1, max_size=7).map(tuple),
        st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    ),
    max_size=12,
)
sessions = st.builds(
    Session,
    state=words,
    arg=st.text(max_size=30),
    subject=st.sampled_from(SUBJECTS),
    language=st.sampled_from(["uk", "en", "pl"]),
    discreet=st.booleans(),
    answers=st.dictionaries(st.sampled_from(SUBJECTS), answers.filter(bool), max_size=3),
    seen=st.none() | st.integers(1577836800, 4070908800).map(lambda n: datetime.fromtimestamp(n, tz=UTC)),
    edition=st.text(max_size=12),
    misses=st.integers(0, 9),
)


@given(sessions)
def test_a_session_comes_back_from_its_bytes(session: Session) -> None:
    assert load_session(dump_session(session)) == session


def test_a_new_person_takes_a_few_bytes() -> None:
    assert dump_session(Session()) == b'{"s":"welcome"}'


@given(st.binary(max_size=40))
def test_bytes_that_are_no_session_are_a_value_error(blob: bytes) -> None:
    try:
        session = load_session(blob)
    except ValueError:
        return
    assert isinstance(session.state, str)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", "7", '"s"', '{"s":"welcome","q":5}', '{"s":"welcome","q":{"self":{"place":[]}}}',
     '{"s":"welcome","q":{"self":{"place":["x","calm"]}}}', '{"s":"welcome","t":"now"}'],
)  # fmt: skip
def test_a_torn_session_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load_session(text.encode())


def test_subjects_hold_answers_of_their_own() -> None:
    """DESIGN 4a.7: switching never mixes or deletes them."""
    mine = Session().with_answer("place", ("calm",), TODAY)
    theirs = Session(subject="relative", answers=mine.answers).with_answer("place", ("abroad",), TODAY)

    assert theirs.here["place"].choices == ("abroad",)
    assert theirs.answers["self"]["place"].choices == ("calm",)
    assert mine.answers.keys() == {"self"}


def test_an_answer_taken_away_leaves_the_others() -> None:
    session = Session().with_answer("place", ("calm",), TODAY).with_answer("age", ("age_65",), TODAY)

    session = session.with_answer("place", (), TODAY)

    assert dict(session.here) == {"age": Answer(("age_65",), TODAY)}


def test_answers_cannot_be_changed_behind_a_sessions_back() -> None:
    session = Session().with_answer("place", ("calm",), TODAY)

    with pytest.raises(TypeError):
        session.here["place"] = Answer(("abroad",), TODAY)  # type: ignore[index]
