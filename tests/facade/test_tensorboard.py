"""``torch.utils.tensorboard``: a lesson that writes to it runs, and nothing is written."""

from __future__ import annotations

import pytest

from gradwalk.facade.torch.utils.tensorboard import SummaryWriter


@pytest.mark.parametrize("name", ["scalar", "scalars", "histogram", "graph", "image", "figure", "text", "hparams"])
def test_a_writer_takes_what_it_is_given(name: str) -> None:
    with SummaryWriter("runs/lesson") as writer:
        assert getattr(writer, f"add_{name}")("loss", 1.0, global_step=0) is None
        assert writer.get_logdir() == writer.log_dir == "runs/lesson"


def test_what_no_writer_has_is_missing() -> None:
    with pytest.raises(AttributeError):
        SummaryWriter().add_scaler("loss", 1.0)  # type: ignore[attr-defined]
