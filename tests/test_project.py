"""The workflows, the release and what stands around the code."""

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from backprop_sheet import __version__
from tools import release, systems

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="check-jsonschema is missing")
def test_workflows_follow_their_schema():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    for schema in ("vendor.github-workflows",):
        done = subprocess.run([*check, schema, *WORKFLOWS], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()
    broken = subprocess.run(
        [*check, schema, ROOT / "package.json"], capture_output=True, check=False
    )
    assert broken.returncode == 1, "what is no workflow does not follow it"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_bounded(workflow):
    text = workflow.read_text(encoding="utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action), "pinned"
    assert "\npermissions: {}\n" in text, "a job is given what it needs, and no more"
    assert "\nconcurrency:\n" in text
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for job in re.split(r"(?m)^  (?=\w+:$)", text.partition("\njobs:\n")[2])[1:]:
        assert "permissions:" in job, job
        assert "${{ github.event" not in re.sub(r"(?m)^ +if: .*$", "", job), "nothing injected"
    writes = re.findall(r"[\w-]+: write", text)
    assert writes == (["id-token: write"] if workflow.stem == "release" else [])


def test_ci_tests_every_python_that_the_project_names():
    ci = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    (matrix,) = re.findall(r"python: \[(.*)\]", ci)
    tested = re.findall(r'"(3\.\d+)"', matrix)
    assert tested[0] == PROJECT["requires-python"].removeprefix(">=")
    assert set(systems.PYTHONS) <= set(tested)
    assert all(system in ci for system in ("ubuntu", "macos", "windows"))


# --- a release -----------------------------------------------------------------------------------


a_checkout = pytest.mark.skipif(
    not (ROOT / "backprop_sheet").is_dir(), reason="the tests are of an installed package"
)


def texts():
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in release.WHERE}


@a_checkout
def test_version_changelog_and_citation_agree():
    assert list(release.disagreements(f"v{__version__}", texts())) == []


@a_checkout
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("CHANGELOG.md", f"## {__version__} - ", "## 9.9.9 - "),
        ("CITATION.cff", f"version: {__version__}", "version: 0.9"),
        ("CITATION.cff", "date-released: ", "date: "),
        ("backprop_sheet/__init__.py", "__version__", "__other__"),
        ("CHANGELOG.md", f"## {__version__}", f"## Unreleased\n\n- more\n\n## {__version__}"),
    ],
)
def test_a_release_that_disagrees_is_stopped(name, old, new):
    changed = texts()
    assert old in changed[name]
    changed[name] = changed[name].replace(old, new, 1)
    assert list(release.disagreements(f"v{__version__}", changed))
    assert list(release.disagreements("v0.0.1", texts()))


# --- what people install --------------------------------------------------------------------------


def test_without_the_extras_their_packages_are_not_installed():
    present, absent = systems.tools(systems.EXTRAS), systems.tools(())
    gone = {systems.name(line) for line in present} - {systems.name(line) for line in absent}
    assert gone == {"ironcalc", "pyarrow"}
    assert {"pytest", "hypothesis"} <= {systems.name(line) for line in absent}


def test_a_system_is_good_only_if_its_tests_passed():
    assert systems.is_good("5 passed, 2 skipped")
    for told in ("1 failed, 5 passed", "1 error, 5 passed", "not installed: x", "2 skipped"):
        assert not systems.is_good(told)


def test_the_names_of_requirements():
    lines = ("openpyxl>=3.1,<3.2", "ruamel.yaml", "XlsxWriter >= 3", 'torch[cpu]>=2; x == "y"')
    assert [systems.name(line) for line in lines] == [
        "openpyxl",
        "ruamel-yaml",
        "xlsxwriter",
        "torch",
    ]
