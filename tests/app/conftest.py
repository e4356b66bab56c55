"""What tests of this folder share: the sound of all that the doctor says."""

from __future__ import annotations

import pytest

from coach.app.language_files import load_language
from coach.ports import Voice
from coach.units import Block


@pytest.fixture(scope="package")
def doctor_cues(voice: Voice) -> dict[str, Block]:
    return {text: voice.render(text) for text in load_language().doctor.texts()}
