"""Gain: how a quiet person is made louder, and what leaves the gain alone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Overheard
from benchmarks.streams import levelled
from coach.devices.audio_file import read_audio
from coach.gain import AutomaticGain
from coach.hearing import Hearing, hear_recording
from coach.loudness import Loudness
from coach.settings import GainSettings, HearingSettings
from coach.units import Block, Samples, gain, rms, samples
from coach.wiring import EVERYTHING, Ears, data_folder
