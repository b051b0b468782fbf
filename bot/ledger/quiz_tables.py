"""测验的各表。"""

QUIZ = (
    # 试卷：person 是出题人；settings 是 JSON；code 是分享的代码；published 之后内容不再改
    """CREATE TABLE quiz_papers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER REFERENCES people ON DELETE SET NULL,
        title TEXT NOT NULL,
        settings TEXT NOT NULL,
        code TEXT NOT NULL UNIQUE,
        generation INTEGER NOT NULL,
        created TEXT NOT NULL,
        published TEXT
    )""",
    # 题目：withdrawn 是因原文变了而撤下的时刻，why 是原因
    """CREATE TABLE quiz_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES quiz_papers ON DELETE CASCADE,
        position INTEGER NOT NULL,
        identity TEXT NOT NULL,
        item TEXT NOT NULL,
        withdrawn TEXT,
        why TEXT,
        told TEXT
    )""",
    "CREATE INDEX quiz_items_by_paper ON quiz_items (paper, position)",
    # 组：谁在哪个组；audience：试卷发给谁，组与人各一行
    """CREATE TABLE quiz_groups (
        name TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        PRIMARY KEY (name, person)
    ) WITHOUT ROWID""",
    """CREATE TABLE quiz_audience (
        paper INTEGER NOT NULL REFERENCES quiz_papers ON DELETE CASCADE,
        person INTEGER REFERENCES people ON DELETE CASCADE,
        name TEXT
    )""",
    "CREATE UNIQUE INDEX quiz_audience_once ON quiz_audience (paper, ifnull(person, 0), ifnull(name, ''))",
    # 答卷：ends 是交卷时限；items 是题号与选项次序的 JSON；picked 是多选、排序正选着的；一人一时只有一份没交的
    """CREATE TABLE quiz_attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        paper INTEGER NOT NULL REFERENCES quiz_papers ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        started TEXT NOT NULL,
        ends TEXT,
        items TEXT NOT NULL,
        picked TEXT,
        finished TEXT,
        late INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE UNIQUE INDEX quiz_attempts_one ON quiz_attempts (person) WHERE finished IS NULL",
    "CREATE INDEX quiz_attempts_by_paper ON quiz_attempts (paper, person)",
    """CREATE TABLE quiz_answers (
        attempt INTEGER NOT NULL REFERENCES quiz_attempts ON DELETE CASCADE,
        item INTEGER NOT NULL,
        at TEXT NOT NULL,
        given TEXT NOT NULL,
        verdict TEXT NOT NULL,
        PRIMARY KEY (attempt, item)
    ) WITHOUT ROWID""",
    # 错题本：card 是间隔复习的 JSON
    """CREATE TABLE quiz_cards (
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        identity TEXT NOT NULL,
        item TEXT NOT NULL,
        card TEXT NOT NULL,
        due TEXT NOT NULL,
        missed INTEGER NOT NULL,
        added TEXT NOT NULL,
        PRIMARY KEY (person, identity)
    ) WITHOUT ROWID""",
    "CREATE INDEX quiz_cards_due ON quiz_cards (person, due)",
    # 个人设置：nickname 是榜上用的名字，ranked 是上不上榜，hour 是几点提醒复习（不提醒为空）
    """CREATE TABLE quiz_people (
        person INTEGER PRIMARY KEY REFERENCES people ON DELETE CASCADE,
        nickname TEXT,
        ranked INTEGER NOT NULL DEFAULT 1,
        hour INTEGER
    )""",
    # 报错：谁说哪道题有错
    """CREATE TABLE quiz_complaints (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        item INTEGER NOT NULL REFERENCES quiz_items ON DELETE CASCADE,
        person INTEGER REFERENCES people ON DELETE SET NULL,
        at TEXT NOT NULL,
        said TEXT NOT NULL,
        closed TEXT
    )""",
)

CLASSROOM = (
    # closed 是提前关闭的时刻；makes_up 是这份补考所补的试卷
    "ALTER TABLE quiz_papers ADD COLUMN closed TEXT",
    "ALTER TABLE quiz_papers ADD COLUMN makes_up INTEGER",
    # told 由通知（quiz_notices）代替
    "ALTER TABLE quiz_items DROP COLUMN told",
    # kept 是出题人审过、留下的时刻；answer 是给报错的人的答复
    "ALTER TABLE quiz_items ADD COLUMN kept TEXT",
    "ALTER TABLE quiz_complaints ADD COLUMN answer TEXT",
    # daily 是订不订每日一题；picked 是复习多选、排序题时正选着的
    "ALTER TABLE quiz_people ADD COLUMN daily INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE quiz_cards ADD COLUMN picked TEXT",
    # noted 是错的进了错题本的时刻
    "ALTER TABLE quiz_attempts ADD COLUMN noted TEXT",
    # 通知：发给一个人，或一个会话（群）；key 相同的只有一条；handed、via 是何时交给了哪个通道，read 是何时在网页上看过
    """CREATE TABLE quiz_notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        person INTEGER REFERENCES people ON DELETE CASCADE,
        channel TEXT,
        chat TEXT,
        body TEXT NOT NULL,
        created TEXT NOT NULL,
        expires TEXT NOT NULL,
        handed TEXT,
        via TEXT,
        read TEXT
    )""",
    "CREATE INDEX quiz_notices_waiting ON quiz_notices (id) WHERE handed IS NULL",
    "CREATE INDEX quiz_notices_by_person ON quiz_notices (person, id)",
    # 每日一题：一天一道；各人的作答只记第一次
    """CREATE TABLE quiz_daily (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        day TEXT NOT NULL UNIQUE,
        item TEXT NOT NULL
    )""",
    """CREATE TABLE quiz_daily_answers (
        daily INTEGER NOT NULL REFERENCES quiz_daily ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        at TEXT NOT NULL,
        given TEXT NOT NULL,
        verdict TEXT NOT NULL,
        PRIMARY KEY (daily, person)
    ) WITHOUT ROWID""",
    # 定时要做的：due 是下一次该做的时刻，ran 是上一次做完的时刻
    "CREATE TABLE jobs (name TEXT PRIMARY KEY, due TEXT NOT NULL, ran TEXT) WITHOUT ROWID",
)
