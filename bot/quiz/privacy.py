"""本人的意愿与资料：昵称、上不上榜、几点提醒；导出与删去自己的成绩。"""

from dataclasses import dataclass
from typing import Any

from bot.ledger.file import Ledger, storable

USUAL_HOUR = 9
"""没有说过几点提醒的，几点提醒。"""


@dataclass(frozen=True, slots=True)
class Preferences:
    """一个人的意愿；`hour` 是几点提醒复习，不要提醒为 None；`daily` 为真即订阅每日一题。"""

    nickname: str | None = None
    ranked: bool = True
    hour: int | None = USUAL_HOUR
    daily: bool = False


def preferences(ledger: Ledger, person: int) -> Preferences:
    """这个人的意愿；没有说过的是默认的。"""
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT nickname, ranked, hour, daily FROM quiz_people WHERE person = ?", (person,)
        ).fetchone()
    return Preferences() if row is None else Preferences(row[0], bool(row[1]), row[2], bool(row[3]))


def prefer(ledger: Ledger, person: int, wish: Preferences) -> None:
    """记下意愿。"""
    nickname = storable(wish.nickname.strip())[:32] if wish.nickname else None
    with ledger.writing() as connection:
        connection.execute(
            """INSERT INTO quiz_people (person, nickname, ranked, hour, daily) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (person) DO UPDATE SET nickname = excluded.nickname, ranked = excluded.ranked,
               hour = excluded.hour, daily = excluded.daily""",
            (person, nickname or None, wish.ranked, wish.hour, wish.daily),
        )


def to_remind(ledger: Ledger, hour: int) -> tuple[int, ...]:
    """这个钟点要提醒复习的人：错题本里有题、没有关掉提醒。"""
    with ledger.reading() as connection:
        rows = connection.execute(
            """SELECT DISTINCT quiz_cards.person FROM quiz_cards LEFT JOIN quiz_people USING (person)
               WHERE CASE WHEN quiz_people.person IS NULL THEN ?2 ELSE hour END = ?1 ORDER BY quiz_cards.person""",
            (hour, USUAL_HOUR),
        )
        return tuple(row[0] for row in rows)


def subscribers(ledger: Ledger) -> tuple[int, ...]:
    """订阅了每日一题的人。"""
    with ledger.reading() as connection:
        return tuple(row[0] for row in connection.execute("SELECT person FROM quiz_people WHERE daily ORDER BY person"))


def exported(ledger: Ledger, person: int) -> dict[str, Any]:
    """一个人在测验里的全部资料，可以直接写成 JSON。"""
    with ledger.reading() as connection:
        return {
            table: [
                dict(zip([c[0] for c in found.description], row, strict=True))
                for found in [connection.execute(query, (person,))]
                for row in found.fetchall()
            ]
            for table, query in _OWN.items()
        }


def deleted(ledger: Ledger, person: int) -> None:
    """删去一个人的全部答卷、作答、错题本与意愿，连同各会话里答到哪里；试卷与名单不动。"""
    own = ("quiz_attempts", "quiz_cards", "quiz_people", "quiz_notices", "quiz_daily_answers", "expected")
    with ledger.writing() as connection:
        for table in own:
            connection.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - 表名是常数
        connection.execute("UPDATE quiz_complaints SET person = NULL WHERE person = ?", (person,))


_OWN = {
    "答卷": """SELECT quiz_attempts.id AS 编号, title AS 试卷, started AS 开始, finished AS 交卷, late AS 到时收卷
        FROM quiz_attempts JOIN quiz_papers ON quiz_papers.id = paper
        WHERE quiz_attempts.person = ? ORDER BY quiz_attempts.id""",
    "作答": """SELECT attempt AS 答卷, item AS 题号, at AS 时间, given AS 所答, verdict AS 判分
        FROM quiz_answers JOIN quiz_attempts ON quiz_attempts.id = attempt WHERE person = ? ORDER BY attempt, at""",
    "错题本": """SELECT json_extract(item, '$.stem') AS 题目, missed AS 错过几次, due AS 下次
        FROM quiz_cards WHERE person = ?""",
    "意愿": """SELECT nickname AS 昵称, ranked AS 上榜, hour AS 提醒, daily AS 每日一题
        FROM quiz_people WHERE person = ?""",
    "每日一题": """SELECT day AS 日期, json_extract(item, '$.stem') AS 题目, at AS 时间, given AS 所答, verdict AS 判分
        FROM quiz_daily_answers JOIN quiz_daily ON quiz_daily.id = daily WHERE person = ? ORDER BY day""",
    "报错": "SELECT item AS 题号, at AS 时间, said AS 所说 FROM quiz_complaints WHERE person = ?",
}
