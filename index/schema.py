"""索引文件里的表。

报告、段落、数字事实、用词、向量同在一个 SQLite 文件里，是唯一的真相；别的文件都由它导出。编号从不重用。
"""

VERSION = 4

# 表的版本旧了就重建各表，报告重读一遍；向量与识别过的页最费工夫，留着照用。
KEPT = ("vectors", "recognised")

SCHEMA = (
    # 记事：generation 每提交一次加一；identity 认得出是哪一个索引（恢复备份后要换新的）；
    # term 是下一个词的编号；encoder 是向量已经齐全的编码器，换编码器的途中为空；
    # since 是这个索引从何时起（恢复备份后重算），whole 是从哪一代起都还能重现
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """INSERT INTO meta VALUES
        ('generation', 0), ('identity', lower(hex(randomblob(16)))), ('term', 0), ('encoder', ''),
        ('since', strftime('%Y-%m-%dT%H:%M:%f', 'now')), ('whole', 0)""",
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        checked_ns INTEGER NOT NULL,
        recipe TEXT NOT NULL,
        raw_digits INTEGER NOT NULL,
        read_digits INTEGER NOT NULL,
        problems TEXT NOT NULL,
        waiting INTEGER NOT NULL,
        born INTEGER NOT NULL
    )""",
    # name 是报告自己的名字：文件名，或文件名加“#2”；entry 与 body 是 JSON，后者压缩，含全文与大纲。
    # 一份报告的段落编号相连，从 first 起；years（int16，0 为不详）、roles（int8，-1 为不详）逐段对应，供筛选
    """CREATE TABLE reports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        name TEXT NOT NULL UNIQUE,
        passages INTEGER NOT NULL,
        facts INTEGER NOT NULL,
        first INTEGER NOT NULL,
        years BLOB NOT NULL,
        roles BLOB NOT NULL,
        entry TEXT NOT NULL,
        body BLOB NOT NULL
    )""",
    "CREATE INDEX reports_by_file ON reports (file)",
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        context TEXT NOT NULL,
        section TEXT NOT NULL,
        year INTEGER,
        role TEXT,
        page INTEGER,
        text_hash BLOB NOT NULL
    )""",
    "CREATE INDEX passages_by_report ON passages (report)",
    "CREATE INDEX passages_by_text ON passages (text_hash)",
    """CREATE TABLE facts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
        issuer TEXT, section TEXT NOT NULL, subject TEXT NOT NULL, year INTEGER, role TEXT,
        raw TEXT NOT NULL, value TEXT, unit TEXT NOT NULL, quantity_start INTEGER NOT NULL,
        quantity_end INTEGER NOT NULL, upper TEXT, bound TEXT NOT NULL, measure TEXT NOT NULL, blanked INTEGER NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL, scope_start INTEGER NOT NULL, scope_end INTEGER NOT NULL,
        lead TEXT NOT NULL, quote TEXT NOT NULL, quote_start INTEGER NOT NULL, quote_end INTEGER NOT NULL
    )""",
    "CREATE INDEX facts_by_passage ON facts (passage)",
    "CREATE TABLE terms (term TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
    # 一段的用词：词的编号（int32）与次数（uint8），逐项对应
    """CREATE TABLE words (
        passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        terms BLOB NOT NULL,
        counts BLOB NOT NULL
    )""",
    # 半精度向量，凡文字相同的段落共用一条；编码器各算各的
    """CREATE TABLE IF NOT EXISTS vectors (
        encoder TEXT NOT NULL,
        text_hash BLOB NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (encoder, text_hash)
    ) WITHOUT ROWID""",
    # 识别过的扫描页，按内容的记号；文件删了也留着，再放进来不必重认
    "CREATE TABLE IF NOT EXISTS recognised (key TEXT PRIMARY KEY, seen BLOB NOT NULL) WITHOUT ROWID",
    # 删去或换掉的段落的文字；收尾时看还有没有段落要用它们的向量
    "CREATE TABLE dropped (text_hash BLOB PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO dropped SELECT DISTINCT text_hash FROM vectors",
    # 换下的文件：见于 [born, gone) 各代，换下的时刻是 at；留着正文与条目，段落与数字可以由它们重新切出
    """CREATE TABLE past_files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file INTEGER NOT NULL,
        name TEXT NOT NULL,
        digest TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        checked_ns INTEGER NOT NULL,
        recipe TEXT NOT NULL,
        born INTEGER NOT NULL,
        gone INTEGER NOT NULL,
        at TEXT NOT NULL,
        bytes INTEGER NOT NULL
    )""",
    """CREATE TABLE past_reports (
        past INTEGER NOT NULL REFERENCES past_files ON DELETE CASCADE,
        report INTEGER NOT NULL,
        name TEXT NOT NULL,
        passages INTEGER NOT NULL,
        facts INTEGER NOT NULL,
        first INTEGER NOT NULL,
        entry TEXT NOT NULL,
        body BLOB NOT NULL
    )""",
    "CREATE INDEX past_reports_by_file ON past_reports (past)",
    # 从哪一代起换了编码器（向量齐全的）、换了读法
    """CREATE TABLE eras (
        what TEXT NOT NULL,
        generation INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (what, generation)
    ) WITHOUT ROWID""",
)

PASSAGE_COLUMNS = """reports.name, passages.ordinal, passages.start, passages."end", passages.text, passages.context,
    passages.section, passages.year, passages.role, passages.page"""

FACT_COLUMNS = """facts.issuer, facts.section, facts.subject, facts.year, facts.role,
    facts.raw, facts.value, facts.unit, facts.quantity_start, facts.quantity_end, facts.upper, facts.bound,
    facts.measure, facts.blanked, facts.start, facts."end", facts.scope_start, facts.scope_end,
    facts.lead, facts.quote, facts.quote_start, facts.quote_end"""
