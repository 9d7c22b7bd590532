from assistant.model import WatchChange
from assistant.web.ask.render import welcome
from assistant.web.ask.watched import SHOWN, changes_html


def change(**fields):
    return WatchChange(
        **{
            "watch": 1,
            "target": "ru-fz-1-2020",
            "label": "О поливе",
            "kind": "text_changed",
            "ref": "ru-fz-1-2020#st1",
            **fields,
        }
    )


def test_changes_stand_under_what_they_concern_and_open_the_provision():
    html = changes_html([change(), change(kind="new_edition", ref="ru-fz-1-2020")], "ru")
    assert html.count("О поливе") == 1 and 'data-ref="ru-fz-1-2020#st1"' in html
    assert "изменился текст" in html and "новая редакция" in html


def test_the_welcome_shows_them_only_when_there_are_some():
    assert "Changed since last time" in welcome("en", 3, [change()])
    assert "Changed since last time" not in welcome("en", 3, [])


def test_a_long_list_is_cut_and_names_from_files_stay_text():
    html = changes_html([change(label="<b>x</b>", ref=f"a#p{n}") for n in range(SHOWN + 5)], "en")
    assert "and 5 more" in html and "<b>" not in html
