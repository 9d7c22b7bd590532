"""What tests do on a page of the tab."""

from __future__ import annotations

MEASURE = "it_accreditation"
DECIDED = "&okved_in_annex_1=да&pay_not_below_average=да&site_describes_it=да&tax_secrecy_consent=да&state_share=0&accredited=нет&registered_on=2015-01-01"


def verdict(page, word):
    page.wait_for_selector(f".el-verdict[data-verdict='{word}']")


def confirm(page):
    page.locator("[data-does='confirm']").click()
    page.wait_for_selector(".el-proposal", state="detached")


def left(page):
    return int(page.locator(".el-form").get_attribute("data-left"))


def focused(page):
    return page.evaluate("document.activeElement.dataset.key ?? document.activeElement.id")


def pick(page, measure):
    page.get_by_label("Мера или обязанность").select_option(measure)
