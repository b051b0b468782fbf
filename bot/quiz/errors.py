"""测验的错误。

BotError（bot.errors）
└── QuizError             测验
    ├── TooFewItems           出不了这么多题
    ├── PaperMissing          没有这份试卷
    ├── PaperPublished        已发布的试卷不能改
    ├── PaperUnpublished      试卷还没有发布
    ├── PaperClosed           过了截止时间
    ├── DeadlinePast          定的截止时间已经过了
    ├── NotInvited            试卷不是给这个人的
    ├── NoAttemptsLeft        答题次数用完了
    ├── AttemptRunning        另一份试卷还没有答完
    ├── AttemptMissing        没有正在答的试卷
    ├── AttemptOver           交卷时间已过
    ├── ItemMissing           没有这道题
    ├── ItemUnproven          改过的题证明不了
    ├── ComplaintMissing      没有这条报错
    ├── AnswerUnreadable      写下的答案读不懂
    └── SheetUnreadable       自拟题的表格读不出来
"""

from bot.errors import BotError


class QuizError(BotError):
    """测验。"""


class TooFewItems(QuizError):
    """现有的报告出不了这么多题。

    Args:
        wanted: 要几道。
        made: 出得了几道。
    """

    def __init__(self, wanted: int, made: int) -> None:
        super().__init__(
            f"要 {wanted} 道题，从选定的报告只出得了 {made} 道站得住的。请减少题数，或多选几份报告、几种题型。"
        )
        self.made = made


class PaperMissing(QuizError):
    """没有这份试卷。

    Args:
        named: 编号或代码。
    """

    def __init__(self, named: str) -> None:
        super().__init__(f"没有试卷“{named}”。请核对编号或代码，或向出题人再要一次。")


class PaperPublished(QuizError):
    """已发布的试卷不能改。

    Args:
        title: 试卷。
    """

    def __init__(self, title: str) -> None:
        super().__init__(f"试卷“{title}”已经发布，不能再改。要改请另做一份。")


class PaperUnpublished(QuizError):
    """试卷还没有发布。

    Args:
        title: 试卷。
    """

    def __init__(self, title: str) -> None:
        super().__init__(f"试卷“{title}”还没有发布，不能作答。请等出题人发布。")


class PaperClosed(QuizError):
    """过了截止时间。

    Args:
        title: 试卷。
        deadline: 截止时间，写给人看的。
    """

    def __init__(self, title: str, deadline: str) -> None:
        super().__init__(f"试卷“{title}”已于{deadline}截止。需要补考请联系出题人。")


class DeadlinePast(QuizError):
    """定的截止时间已经过了。

    Args:
        deadline: 截止时间，写给人看的。
    """

    def __init__(self, deadline: str) -> None:
        super().__init__(f"截止时间 {deadline} 已经过了，没有人能答。请另定一个截止时间再出。")


class NotInvited(QuizError):
    """试卷不是给这个人的。

    Args:
        title: 试卷。
    """

    def __init__(self, title: str) -> None:
        super().__init__(f"试卷“{title}”没有发给您。需要作答请联系出题人。")


class NoAttemptsLeft(QuizError):
    """答题次数用完了。

    Args:
        title: 试卷。
        allowed: 一共几次。
    """

    def __init__(self, title: str, allowed: int) -> None:
        super().__init__(f"试卷“{title}”只能答 {allowed} 次，您已经答完。")


class AttemptRunning(QuizError):
    """另一份试卷还没有答完。

    Args:
        title: 那份试卷。
    """

    def __init__(self, title: str) -> None:
        super().__init__(f"您正在答“{title}”，请先答完或交卷，再答别的。")


class AttemptMissing(QuizError):
    """没有正在答的试卷。"""

    def __init__(self) -> None:
        super().__init__("您没有正在答的试卷。请先开始一份。")


class AttemptOver(QuizError):
    """交卷时间已过，这一答不算。

    Args:
        title: 试卷。
    """

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}”的答题时间已到，已按此前的作答交卷，这一题来迟了，不计分。")


class ItemMissing(QuizError):
    """没有这道题。

    Args:
        number: 题号。
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的题目，它可能已换掉或撤下。请重新查看试卷。")


class ItemUnproven(QuizError):
    """题目证明不了。

    Args:
        why: 哪里站不住。
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"这道题不能这样改：{why}。请照原文改正，或换一道。")
        self.why = why


class ComplaintMissing(QuizError):
    """没有这条报错。

    Args:
        number: 编号。
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"没有编号为 {number} 的报错。请刷新报错箱。")


class AnswerUnreadable(QuizError):
    """改题时写下的答案读不懂。

    Args:
        said: 写下的。
    """

    def __init__(self, said: str) -> None:
        super().__init__(f"答案“{said}”读不懂。选择题请写字母（如 AC），填空题请写数字和单位。")


class SheetUnreadable(QuizError):
    """自拟题的表格读不出来。

    Args:
        where: 哪一行，或整个文件。
        why: 为什么。
    """

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"自拟题的表格{where}读不出来：{why}。请照导出的样子填写。")
