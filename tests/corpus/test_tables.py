"""表格成句。"""

from corpus.readers.tables import lost_digits, sentences


def test_rows_with_unit_in_the_caption() -> None:
    grid = [["项目", "2022年完成", "2023年计划"], ["新改建农村公路", "23", "30"], ["村道安防", "20", "180"]]
    assert sentences(grid, "表1 建设任务（单位：公里）") == [
        "新改建农村公路：2022年完成 23公里；2023年计划 30公里。",
        "村道安防：2022年完成 20公里；2023年计划 180公里。",
    ]


def test_unit_column_and_serial_column() -> None:
    grid = [["序号", "指标", "计量单位", "完成数"], ["1", "危桥改造", "座", "3"], ["2", "投资", "万元", "1,200"]]
    assert sentences(grid) == ["危桥改造：完成数 3座。", "投资：完成数 1,200万元。"]
    assert lost_digits(grid, sentences(grid)) == 0


def test_unit_in_the_column_heading_and_merged_group() -> None:
    grid = [["类别", "项目", "里程（公里）"], ["国省道", "G101线", "12.5"], ["国省道", "S202线", "8"]]
    assert sentences(grid) == ["国省道G101线：里程 12.5公里。", "国省道S202线：里程 8公里。"]


def test_heading_of_two_rows() -> None:
    grid = [["指标", "2022年", "2022年"], ["指标", "计划", "完成"], ["新建（公里）", "20", "23"]]
    assert sentences(grid, "单位：公里") == ["新建（公里）：2022年计划 20公里；2022年完成 23公里。"]


def test_names_and_values_without_heading() -> None:
    assert sentences([["项目名称", "环城路"], ["总投资", "3.2亿元"]]) == ["项目名称：环城路。", "总投资：3.2亿元。"]


def test_text_tables_and_single_column() -> None:
    grid = [["序号", "任务", "责任单位", "完成时限"], ["1", "修订办法", "法规科", "6月底前"]]
    assert sentences(grid) == ["修订办法：责任单位 法规科；完成时限 6月底前。"]
    assert sentences([["一段话"], ["又一段"]]) == ["一段话", "又一段"]


def test_blanked_figures_keep_their_unit() -> None:
    assert sentences([["项目", "数量"], ["车辆", "X"], ["人员", "12"]], "单位：个") == [
        "车辆：数量 X个。",
        "人员：数量 12个。",
    ]


def test_a_group_is_not_said_twice_and_a_unit_in_a_heading_loses_no_digits() -> None:
    grid = [
        ["类别", "项目", "2023年改建（公里）", "2023年办结（工作日）"],
        ["养护", "养护大修", "12", ""],
        ["养护", "窗口", "", "2.3"],
    ]
    made = ["养护大修：2023年改建 12公里。", "养护窗口：2023年办结 2.3工作日。"]
    assert sentences(grid) == made
    assert lost_digits(grid, made) == 0


def test_a_form_of_names_and_values_side_by_side() -> None:
    grid = [
        ["项目名称", "青溪至柳河公路", "建设性质", "改建"],
        ["建设里程", "23.5公里", "总投资", "1.8亿元"],
        ["开工时间", "2023年3月", "完工时间", "2024年10月"],
    ]
    assert sentences(grid) == [
        "项目名称：青溪至柳河公路；建设性质：改建。",
        "建设里程：23.5公里；总投资：1.8亿元。",
        "开工时间：2023年3月；完工时间：2024年10月。",
    ]
    columns = [["任务", "内容", "责任单位", "完成时限"], ["修路", "新建8公里。", "公路科", "6月底"]]
    made = ["修路：内容 新建8公里；责任单位 公路科；完成时限 6月底。"]
    assert (sentences(columns), lost_digits(columns, made)) == (made, 0)
