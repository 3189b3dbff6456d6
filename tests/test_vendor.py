"""What is copied from elsewhere is what the script names: no file more, none less, each with its licence."""

import dataclasses

import pytest

from scripts import vendor

pytestmark = pytest.mark.once

FOLDERS = [vendor.VENDOR, vendor.TEST_VENDOR]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_vendor_folder_holds_what_the_script_puts_there(folder):
    libraries = [library for library in vendor.LIBRARIES if library.folder == folder]
    named = {name for library in libraries for name in library.files.values()}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {file for file in files if not file.startswith("licences/")} == named | {"README.md"}
    for library in libraries:
        assert any(file.startswith(f"licences/{library.package}") for file in files), library.package


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_the_readme_names_every_library_with_version_and_licence(folder, tmp_path, monkeypatch):
    committed = (folder / "README.md").read_text()
    written = tmp_path / "README.md"
    libraries = [dataclasses.replace(one, folder=tmp_path) for one in vendor.LIBRARIES if one.folder == folder]
    monkeypatch.setattr(vendor, "LIBRARIES", libraries)
    vendor.write_readme(tmp_path)
    assert written.read_text() == committed


def test_every_package_is_pinned_by_its_content():
    assert all(library.integrity.startswith("sha512-") for library in vendor.LIBRARIES)


def test_no_script_asks_for_a_source_map_that_is_not_there():
    scripts = [path for folder in FOLDERS for path in folder.rglob("*.js")]
    assert len(scripts) > 5
    assert [path.name for path in scripts if "sourceMappingURL=" in path.read_text().splitlines()[-1]] == []
