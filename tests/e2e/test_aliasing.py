"""Tensors that share memory carry one mark; a write lights all of them; freed buffers look empty."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.lesson import card, go_to, open_and_run, sentence_steps

SOURCE = """import torch
x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
y = x * x
u = y.detach()
v = u.view(2, 2)
z = y * 3
v.mul_(10)
z.sum().backward()
"""


def test_a_write_lights_all_that_share_the_memory_and_bumps_their_version(page: Page, shot: Shot) -> None:
    open_and_run(page, SOURCE)
    [write] = sentence_steps(page, "writes into")
    go_to(page, write - 1)
    for name, op in [("y", "mul"), ("u", "detach"), ("v", "view")]:
        expect(card(page, name, op).locator(".storage text")).to_have_text("A · v0")
    go_to(page, write)
    shot("written")
    for name, op in [("y", "mul"), ("u", "detach"), ("v", "mul_")]:
        shared = card(page, name, op)
        expect(shared).to_have_attribute("data-written", "true")
        expect(shared.locator(".storage text")).to_have_text("A · v1")
    expect(card(page, "x", "tensor").locator(".storage")).to_have_count(0)
    expect(card(page, "y", "mul")).to_contain_text("[10, 40, 90, 160]")


def test_buffers_are_full_until_the_backward_pass_frees_them(page: Page) -> None:
    open_and_run(page, SOURCE)
    [begin] = sentence_steps(page, "Backward pass 1 begins")
    go_to(page, begin)
    product = card(page, "y", "mul")
    expect(product.locator(".card-saved")).to_have_count(1)
    page.get_by_test_id("step-last").click()
    expect(product.locator(".card-freed")).to_have_count(1)
    product.press("Enter")
    inspector = page.get_by_test_id("inspector")
    expect(inspector.locator(".emptied")).to_have_count(2)
