"""台账的表，一版一步；旧文件逐步补到最新，从不丢弃。

凡名为 `person` 的列都指一个人：两人合为一人时，这些列一并改指（见 `bot.people`）。
时刻一律是 UTC 的 ISO 文字，微秒，可以按文字比较先后。
"""

from bot.ledger.quiz_tables import CLASSROOM, QUIZ

_FIRST = (
    # secret 用来给码做摘要、给人做化名，随台账一起备份
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('secret', randomblob(32))",
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        created TEXT NOT NULL,
        blocked INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE identities (
        channel TEXT NOT NULL,
        external TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        added TEXT NOT NULL,
        PRIMARY KEY (channel, external)
    ) WITHOUT ROWID""",
    "CREATE INDEX identities_by_person ON identities (person)",
    # 管理员码、邀请码、关联码：只存摘要；uses 是还能用几次，role 是邀请来的角色，person 是关联给谁
    """CREATE TABLE codes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        digest BLOB NOT NULL UNIQUE,
        role TEXT,
        person INTEGER REFERENCES people ON DELETE CASCADE,
        uses INTEGER NOT NULL,
        created TEXT NOT NULL,
        expires TEXT NOT NULL
    )""",
    # 试错：subject 是谁在试（通道与帐号，或登录名与来处）
    "CREATE TABLE tries (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL)",
    "CREATE INDEX tries_by_subject ON tries (subject, at)",
    """CREATE TABLE logins (
        person INTEGER PRIMARY KEY REFERENCES people ON DELETE CASCADE,
        login TEXT NOT NULL UNIQUE,
        password TEXT NOT NULL
    )""",
    """CREATE TABLE sessions (
        digest BLOB PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        created TEXT NOT NULL,
        expires TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        created TEXT NOT NULL,
        used TEXT,
        revoked TEXT
    )""",
    # 审计：一问一答一行，管理动作一行；name 是当时的姓名，人移除后仍在
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        person INTEGER,
        name TEXT NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        text TEXT NOT NULL,
        action TEXT,
        status TEXT,
        reply TEXT,
        generation INTEGER,
        seconds REAL,
        problem TEXT
    )""",
    "CREATE INDEX audit_by_person ON audit (person, id)",
    "CREATE INDEX audit_by_chat ON audit (channel, chat, id)",
    "CREATE INDEX audit_by_time ON audit (at)",
    """CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        answer INTEGER NOT NULL REFERENCES audit ON DELETE CASCADE,
        person INTEGER,
        at TEXT NOT NULL,
        verdict TEXT NOT NULL,
        correction TEXT,
        closed TEXT,
        note TEXT
    )""",
    "CREATE UNIQUE INDEX feedback_once ON feedback (answer, ifnull(person, 0))",
    "CREATE INDEX feedback_open ON feedback (id) WHERE closed IS NULL",
    # 一个会话里一个人的近几问；群里各人的追问互不相干
    """CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        person INTEGER,
        at TEXT NOT NULL,
        question TEXT NOT NULL
    )""",
    "CREATE INDEX turns_by_chat ON turns (channel, chat, person, id)",
    # 正等着一个人在会话里回什么（更正的文字、确认删除……）
    """CREATE TABLE expected (
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        person INTEGER,
        what TEXT NOT NULL,
        payload TEXT NOT NULL,
        expires TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX expected_once ON expected (channel, chat, ifnull(person, 0))",
    "CREATE TABLE seen (channel TEXT, external TEXT, at TEXT NOT NULL, PRIMARY KEY (channel, external)) WITHOUT ROWID",
    "CREATE INDEX seen_by_time ON seen (at)",
    """CREATE TABLE inbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        external TEXT NOT NULL,
        payload TEXT NOT NULL,
        received TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0
    )""",
    # 待发：finished 是发出或放弃的时刻，why 是最近一次没发成的原因，key 相同的只放一次
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        payload TEXT NOT NULL,
        key TEXT UNIQUE,
        created TEXT NOT NULL,
        next_try TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        why TEXT,
        finished TEXT,
        delivered INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX outbox_waiting ON outbox (channel, chat, id) WHERE finished IS NULL",
    "CREATE INDEX outbox_finished ON outbox (finished) WHERE finished IS NOT NULL",
)

_BUTTONS = (
    # 按钮的内容，以 id 代替；content 相同的只有一行
    "CREATE TABLE buttons (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL UNIQUE, at TEXT NOT NULL)",
)

_EARLIER = (
    # 一问所联系的上文（JSON），重放时要用
    "ALTER TABLE audit ADD COLUMN earlier TEXT",
)

STEPS: tuple[tuple[str, ...], ...] = (_FIRST, _BUTTONS, QUIZ, CLASSROOM, _EARLIER)
"""第 n 步把第 n 版补成第 n+1 版；已发布的一步不再改，新表写成新的一步。"""
