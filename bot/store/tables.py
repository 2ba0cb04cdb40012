"""The tables. Moments are milliseconds since 1970; `sealed` columns are opaque bytes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite keeps a table with a single INTEGER key in the order of that key; BIGINT would cost a second index.
_Id = BigInteger().with_variant(Integer, "sqlite")

sessions = Table(
    "sessions",
    metadata,
    Column("person", LargeBinary, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("screen", LargeBinary),
    Column("seen", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_sessions_seen", sessions.c.seen)

# Updates that are done, without a person: a repeat must not bring an erased session back.
marks = Table(
    "marks",
    metadata,
    Column("mark", _Id, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
)

owed = Table(
    "owed",
    metadata,
    Column("person", LargeBinary, primary_key=True),
    Column("ticket", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("due", BigInteger, nullable=False, index=True),
    Column("attempts", SmallInteger, nullable=False),
    Column("holder", String(40), nullable=False),
    sqlite_with_rowid=False,
)

messages = Table(
    "messages",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("person", LargeBinary, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("due", BigInteger, index=True),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(40), nullable=False),
    Column("until", BigInteger, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

counts = Table(
    "counts",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),  # days since 1970, in Kyiv
    Column("cell", String(120), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# Who is told when something of a topic changes. No answer, and the chat only sealed; `told` is the last notice.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("person", LargeBinary, primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("region", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made", BigInteger, nullable=False, index=True),
    Column("told", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Notices to send: what changed, and nobody's name.
notices = Table(
    "notices",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),  # the moment it was ordered
    Column("key", String(80), nullable=False, unique=True),
    Column("matters", Text, nullable=False),
    Column("done", Boolean, nullable=False),
)

# A person's code for an operator: a sealed copy of the answers, found by the keyed digest of the code.
handover_codes = Table(
    "handover_codes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

operators = Table(
    "operators",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False, unique=True),
    Column("password", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("language", String(8), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made", BigInteger, nullable=False),
)

operator_sessions = Table(
    "operator_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column(
        "operator", BigInteger, ForeignKey("operators.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("csrf", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("seen", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # keyed digest of a name, an address or a code's asker
    Column("number", Integer, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

notes = Table(
    "notes",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("operator", BigInteger, ForeignKey("operators.id", ondelete="SET NULL"), index=True),
    Column("record", String(60), index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

contact_reports = Table(
    "contact_reports",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("contact", String(60), nullable=False, index=True),
    Column("operator", BigInteger, ForeignKey("operators.id", ondelete="SET NULL")),
    Column("result", String(20), nullable=False),
    Column("sealed", LargeBinary),
    Column("at", BigInteger, nullable=False),
)
