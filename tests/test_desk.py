"""The desk: who may enter, what a page may do, and that no curator's work is lost."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from bot.admin.desk import draw
from bot.admin.mini_app import OLDEST, MiniApp
from bot.content import Live
from faq import Responder, load
from faq.curator.content_store import VERSIONS
from faq.desk.access import Access
from faq.desk.app import build, server
from faq.desk.desk import Desk
from tests import folders
from tests.conftest import Start
from tests.running import free_port, wait_until
from tests.strict_telegram import mini_app
from tests.strict_telegram.facts import User
from tests.strict_telegram.server import TOKEN, TelegramServer

ADMIN = 77


class Browser:
    """Somebody's browser: pages, and their forms filled in and sent."""

    def __init__(self, address: str, key: str) -> None:
        self.client = httpx.Client(
            base_url=address, follow_redirects=True, timeout=60, verify=False
        )
        self.client.get(f"/enter?key={key}")

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def form(self, path: str) -> dict[str, list[str]]:
        """What the form of an answer's page holds."""
        page = self.get(path)
        fields: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if "name" in named and (named.get("type") != "checkbox" or " checked" in tag):
                fields.setdefault(named["name"], []).append(html.unescape(named.get("value", "")))
        for name, text in re.findall(
            r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.S
        ):
            fields[name] = [html.unescape(text)]
        for name, options in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', page, re.S):
            chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", options)
            fields[name] = [html.unescape((chosen[1] or chosen[2]) if chosen else "")]
        return fields

    def post(self, path: str, fields: dict[str, list[str]] | None = None, **named: str) -> str:
        csrf = re.search(r'"X-CSRF": "([^"]+)"', self.get("/answers"))
        assert csrf
        data: dict[str, list[str]] = {**(fields or {}), **{k: [v] for k, v in named.items()}}
        answer = self.client.post(path, data={**data, "csrf": [csrf[1]]})
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)


class Running:
    """A desk on loopback, in this process."""

    def __init__(self, folder: Path, verify: MiniApp | None = None) -> None:
        self.live = Live(Responder(load(folder)))
        port = free_port()
        self.keys: list[str] = []
        hosts = frozenset({f"127.0.0.1:{port}"})
        self.access = Access(hosts=hosts, tell=self.keys.append, verify=verify)
        desk = Desk(content=self.live, draw=draw)
        self.address = f"http://127.0.0.1:{port}"
        self.server: uvicorn.Server = server(build(desk, self.access), "127.0.0.1", port)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started)
        self.access.invite()

    def browser(self) -> Browser:
        return Browser(self.address, self.keys[-1])

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(5)


@pytest.fixture
def desk(folder: Path) -> Iterator[Running]:
    running = Running(folder)
    yield running
    running.stop()


def test_a_link_opens_the_desk_once(desk: Running) -> None:
    key = desk.keys[-1]
    assert "What is tea?" in Browser(desk.address, key).get("/answers")
    assert httpx.get(f"{desk.address}/enter?key={key}").status_code == 403
    assert httpx.get(f"{desk.address}/enter?key=").status_code == 403
    assert "What is tea?" in desk.browser().get("/answers")


@pytest.mark.parametrize(
    "path",
    ["/", "/answers", "/answers/how-hot", "/publish/check", "/pictures/x", "/static/desk.js"],
)
def test_nobody_without_a_right_sees_a_byte(desk: Running, path: str) -> None:
    answer = httpx.get(desk.address + path, verify=False)
    assert answer.status_code == 403
    assert answer.text.startswith("This desk is not open to you.")


def test_another_host_another_site_and_a_missing_token_are_refused(desk: Running) -> None:
    browser = desk.browser()
    drop = {"file": "entries.toml", "id": "how-hot"}
    assert browser.client.get("/answers", headers={"host": "evil.example"}).status_code == 403
    assert browser.client.post("/answers/remove", data=drop).status_code == 403
    evil = {"origin": "https://evil.example"}
    assert browser.client.post("/answers/remove", data=drop, headers=evil).status_code == 403
    assert "goes when you publish" not in browser.get("/publish")


def test_a_page_may_run_nothing_but_our_own_files(desk: Running) -> None:
    browser = desk.browser()
    policy = browser.client.get("/answers").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for path in ("/answers", "/answers/how-hot", "/try", "/inbox", "/document", "/publish"):
        page = browser.get(path)
        assert not re.search(r"<script>|<style| style=| on\w+=|https?://(?!www\.w3)", page)


def test_what_somebody_writes_is_shown_and_not_run(desk: Running) -> None:
    browser = desk.browser()
    evil = "<script>alert(1)</script>"
    form = browser.form("/answers/how-hot") | {"question": [evil], "answer": [evil]}
    browser.post("/answers/save", form)
    for path in ("/answers", "/answers/how-hot", "/publish", "/publish/check"):
        assert evil not in browser.get(path)


def test_from_a_mended_wording_to_an_answer(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    before = (folder / "entries.toml").read_text("utf-8")
    tried = browser.post("/answers/wording", wording="celsius for sencha", id="how-hot")
    assert "Today it gets" in tried
    form = browser.form("/answers/how-hot")
    form["paraphrases"].append("celsius for sencha")
    assert "Saved as a draft" in browser.post("/answers/save", form)
    assert (folder / "entries.toml").read_text("utf-8") == before
    assert "questions end as before" in browser.get("/publish/check")
    assert "Published" in browser.post("/publish", name="Anna")
    assert "celsius for sencha" in load(folder).by_id["how-hot"].paraphrases
    entry = desk.live.responder.reply("celsius for sencha").entry
    assert entry and entry.id == "how-hot"
    assert "Anna" in browser.get("/publish")
    assert "Taken back" in browser.post("/publish/undo", number="0")
    assert (folder / "entries.toml").read_text("utf-8") == before


def test_an_untouched_form_changes_nothing(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    browser.post("/answers/save", browser.form("/answers/how-hot"))
    assert "Nothing waits to be published" in browser.get("/publish")


def test_two_curators_at_once_lose_nothing(desk: Running) -> None:
    anna, ben = desk.browser(), desk.browser()
    hers, his = anna.form("/answers/how-hot"), ben.form("/answers/how-hot")
    hers["paraphrases"].append("how many degrees")
    hers["answer"] = ["80 degrees."]
    anna.post("/answers/save", hers)
    his["paraphrases"].append("warmth of water")
    page = ben.post("/answers/save", his)
    assert "somebody else has changed this answer meanwhile" in page.lower()
    for text in ("how many degrees", "warmth of water", "80 degrees."):
        assert text in html.unescape(anna.get("/answers/how-hot"))


def test_two_texts_that_clash_are_both_shown(desk: Running) -> None:
    anna, ben = desk.browser(), desk.browser()
    hers, his = anna.form("/answers/how-hot"), ben.form("/answers/how-hot")
    anna.post("/answers/save", hers | {"answer": ["80 degrees."]})
    page = ben.post("/answers/save", his | {"answer": ["90 degrees."]})
    assert "Both texts are below" in page
    assert "80 degrees." in page
    assert "90 degrees." in page
    assert "80 degrees." in anna.get("/answers/how-hot")


def test_what_a_reply_is_made_of_is_told(desk: Running) -> None:
    page = desk.browser().post("/try", query="warm water for lapsang")
    assert "Words it does not know from there" in page
    assert "<dd>lapsang</dd>" in page


def test_what_breaks_is_published_only_on_purpose(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    browser.post("/try/expect", query="water temperature", entry="how-hot")
    form = browser.form("/answers/how-hot")
    form["paraphrases"] = ["boiling water or not"]
    browser.post("/answers/save", form)
    form = browser.form("/answers/what-is-tea")
    form["paraphrases"] = ["water temperature", "water temperature of tea"]
    browser.post("/answers/save", form)
    assert "Publish anyway" in browser.get("/publish/check")
    assert "would break" in browser.post("/publish")
    assert "water temperature" in load(folder).by_id["how-hot"].paraphrases
    assert "Published" in browser.post("/publish", anyway="1")
    assert "water temperature" in load(folder).by_id["what-is-tea"].paraphrases


def test_a_part_of_a_page_takes_no_message_away_from_the_next_page(desk: Running) -> None:
    browser = desk.browser()
    form = browser.form("/answers/how-hot") | {"answer": ["80 degrees."]}
    csrf = form["csrf"][0]
    saved = browser.client.post("/answers/save", data=form, follow_redirects=False)
    part = {"x-csrf": csrf, "hx-request": "true"}
    browser.client.post("/answers/preview", data=form, headers=part)
    assert "Saved as a draft" in browser.get(saved.headers["location"])


def test_where_a_detail_was_taken_out_is_told(desk: Running) -> None:
    browser = desk.browser()
    form = browser.form("/answers/how-hot") | {"answer": ["Ask [name] at the counter."]}
    assert "a personal detail was taken out" in browser.post("/answers/save", form)


def test_a_new_answer_from_a_sentence_of_the_document(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    form = browser.form("/answers/new?sentence=S2")
    assert form["quotes"] == ["S2"]
    form |= {"question": ["Is green tea made with boiling water?"], "answer": ["No."]}
    browser.post("/answers/save", form)
    browser.post("/publish", anyway="1")
    [entry] = [e for e in load(folder).entries if e.answer == "No."]
    assert [quote.id for quote in entry.quotes] == ["S2"]


def test_an_answer_that_goes_is_named_by_no_other(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    browser.post("/answers/remove", id="how-hot")
    browser.post("/publish", anyway="1")
    assert [entry.id for entry in load(folder).entries] == ["what-is-tea"]
    browser.post("/publish/undo", number="0")
    assert load(folder).by_id["what-is-tea"].related == ("how-hot",)


def test_what_an_upload_must_be(desk: Running, folder: Path) -> None:
    browser = desk.browser()
    form = browser.form("/answers/how-hot")
    csrf = re.search(r'"X-CSRF": "([^"]+)"', browser.get("/answers"))
    assert csrf
    data = {**form, "csrf": [csrf[1]]}

    def upload(name: str, content: bytes) -> str:
        return browser.client.post(
            "/answers/save", data=data, files={"upload": (name, content)}
        ).text

    assert "must be a PNG or JPEG" in upload("../../x.png", b"<svg/>")
    assert not list((folder / "pictures").glob("*")) if (folder / "pictures").exists() else True
    upload("../../x.png", b"\x89PNG rest")
    [file] = (folder / "pictures").iterdir()
    assert browser.client.get(f"/pictures/{file.name}").status_code == 200
    assert browser.client.get("/pictures/..%2Ffaq.toml").status_code == 404


def test_answers_that_are_mixed_up_are_marked(tmp_path: Path) -> None:
    hot = [
        f"how hot is the water for {tea} tea"
        for tea in ["green", "black", "white", "red", "jasmine", "rose"]
    ]
    warm = [f"how hot is the water for {tea} tea" for tea in ("oolong", "mint", "fennel")]
    entries = folders.ENTRIES.replace('"tea meaning"', ", ".join(f'"{text}"' for text in warm))
    entries = entries.replace('"water temperature"', ", ".join(f'"{text}"' for text in hot))
    main = folders.MAIN + "[thresholds]\nanswer = 1\nsuggest = 1\n"
    place = tmp_path / "tea"
    place.mkdir()
    running = Running(folders.write(place, faq=main, entries=entries))
    browser = running.browser()
    browser.get("/answers")
    marked = "mixed up with “How hot should the water be?”"
    wait_until(lambda: marked in html.unescape(browser.get("/answers")), 20)
    running.stop()


def test_a_broken_list_of_drafts_is_no_reason_to_fail(desk: Running, folder: Path) -> None:
    (folder / VERSIONS).mkdir(exist_ok=True)
    (folder / VERSIONS / "desk.json").write_text('{"waiting": [{}]}')
    assert "Nothing waits" in desk.browser().get("/publish")


def init_data(user: int = ADMIN, *, token: str = TOKEN, age: float = 0.0) -> str:
    return mini_app.init_data(User(user, "Anna", "anna"), token, age=age)


Forge = Callable[[], str]
FORGED: dict[str, Forge] = {
    "somebody else": lambda: init_data(user=5),
    "another bot's": lambda: init_data(token="1:" + "x" * 35),
    "too old": lambda: init_data(age=OLDEST + 60),
    "of tomorrow": lambda: init_data(age=-86_400),
    "changed": lambda: init_data(user=5).replace("5", "77", 1),
    "two users": lambda: init_data() + "&user=x",
    "nothing": lambda: "",
    "no numbers": lambda: "hash=%ff&auth_date=x&user=[]",
}


@pytest.mark.parametrize("which", FORGED)
def test_telegram_s_word_is_checked(which: str) -> None:
    assert MiniApp(TOKEN, {ADMIN})(FORGED[which]()) is None


def test_telegram_s_word_opens_the_desk_once(folder: Path) -> None:
    running = Running(folder, MiniApp(TOKEN, {ADMIN}))
    try:
        word = init_data()
        opened = httpx.post(f"{running.address}/enter", content=word)
        assert opened.status_code == 204
        with httpx.Client(base_url=running.address, cookies=opened.cookies, verify=False) as client:
            assert "What is tea?" in client.get("/answers").text
        assert httpx.post(f"{running.address}/enter", content=word).status_code == 403
        assert httpx.post(f"{running.address}/enter", content=init_data(5)).status_code == 403
    finally:
        running.stop()


def test_the_desk_opens_from_review(
    telegram: TelegramServer, folder: Path, start_bot: Start
) -> None:
    place = f"127.0.0.1:{free_port()}"
    start_bot(
        FAQ_CONTENT=str(folder),
        FAQ_ADMINS=str(ADMIN),
        FAQ_DESK=place,
        DESK_URL="https://desk.example",
    )
    admin = telegram.private(telegram.user("Admin", user_id=ADMIN))
    admin.send("/review")
    [offered, _] = admin.wait(2, timeout=20)
    assert offered.button("Open the desk").url == "https://desk.example/app"
    outside = {"host": "desk.example"}
    assert "/static/app.js" in httpx.get(f"http://{place}/app", headers=outside).text
    word = mini_app.init_data(admin.record.members[0], TOKEN)
    entered = httpx.post(f"http://{place}/enter", content=word, headers=outside)
    cookie = {"cookie": f"desk={entered.cookies['desk']}"}
    assert "What is tea?" in httpx.get(f"http://{place}/answers", headers=outside | cookie).text
    assert httpx.get(f"http://{place}/answers", headers=outside).status_code == 403
