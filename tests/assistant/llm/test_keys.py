import os

import pytest

from assistant.errors import InputError
from assistant.llm.keys import PLACEHOLDER, access, is_local, read_secrets
from assistant.settings import Settings

OWN_VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GIGACHAT_CREDENTIALS", "OLLAMA_API_KEY")
ADDRESSES = ("OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST", "GIGACHAT_BASE_URL")
ELSEWHERE = "https://llm.example.com/v1"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in (*OWN_VARIABLES, *ADDRESSES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def secrets(tmp_path):
    def write(text, mode=0o600):
        path = tmp_path / "keys"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def key(provider, **settings):
    found = access(provider, Settings(**settings)).key
    return found and found.get_secret_value()


def test_the_configured_key_goes_to_the_configured_provider():
    assert key("openai", llm_api_key="k1", llm_base_url=ELSEWHERE) == "k1"
    assert key("anthropic", llm="anthropic:m", llm_api_key="k1") == "k1"


def test_the_configured_key_never_goes_to_another_provider(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "own")
    found = access("anthropic", Settings(llm="openai:m", llm_api_key="k1", llm_base_url=ELSEWHERE))
    assert found.key.get_secret_value() == "own"
    assert found.base_url is None
    with pytest.raises(InputError):
        access("gigachat", Settings(llm="openai:m", llm_api_key="k1"))


def test_a_providers_own_key_never_goes_to_an_address_elsewhere(monkeypatch, secrets):
    monkeypatch.setenv("OPENAI_API_KEY", "own")
    with pytest.raises(InputError) as caught:
        access("openai", Settings(llm_base_url=ELSEWHERE, llm_secrets_file=secrets("OPENAI_API_KEY=own")))
    assert "AI_POLICY_LLM_API_KEY" in caught.value.en
    assert "own" not in caught.value.en.split()
    assert key("openai", llm_base_url="https://openai.com.example.com/v1", llm_api_key="k1") == "k1"
    with pytest.raises(InputError):
        access("openai", Settings(llm_base_url="https://openai.com.example.com/v1"))


@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "https://eu.api.openai.com/v1"])
def test_a_providers_own_key_goes_to_its_own_hosts(monkeypatch, url):
    monkeypatch.setenv("OPENAI_API_KEY", "own")
    assert key("openai", llm_base_url=url) == "own"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/v1", "http://gpu:8000/v1", "http://10.1.2.3/v1"])
def test_a_local_server_needs_no_key_and_gets_no_real_one(monkeypatch, url):
    monkeypatch.setenv("OPENAI_API_KEY", "own")
    assert key("openai", llm_base_url=url) == PLACEHOLDER


def test_ollama_needs_no_key():
    assert key("ollama") is None


@pytest.mark.parametrize("provider", ["openai", "anthropic", "gigachat"])
def test_a_missing_key_is_named(provider):
    with pytest.raises(InputError) as caught:
        access(provider, Settings())
    for told in (caught.value.en, caught.value.ru):
        assert "AI_POLICY_LLM_API_KEY" in told
        assert "AI_POLICY_LLM_SECRETS_FILE" in told


def test_the_environment_comes_before_the_file_and_the_setting_before_both(monkeypatch, secrets):
    path = secrets("OPENAI_API_KEY=filed\nGIGACHAT_CREDENTIALS='c'\n")
    assert key("openai", llm_secrets_file=path) == "filed"
    assert key("gigachat", llm_secrets_file=path) == "c"
    monkeypatch.setenv("OPENAI_API_KEY", "own")
    assert key("openai", llm_secrets_file=path) == "own"
    assert key("openai", llm_secrets_file=path, llm_api_key="k1") == "k1"


def test_a_file_may_hold_the_general_key(secrets):
    path = secrets('# ключи\n\nexport AI_POLICY_LLM_API_KEY = "k2"\n')
    assert key("openai", llm_secrets_file=path, llm_base_url=ELSEWHERE) == "k2"
    with pytest.raises(InputError):
        access("anthropic", Settings(llm_secrets_file=path))


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_may_read_is_refused(secrets, mode):
    with pytest.raises(InputError, match="chmod 600"):
        read_secrets(secrets("OPENAI_API_KEY=filed", mode))


@pytest.mark.parametrize("text", ["sk-just-a-key", "OPENAI_API_KEY: filed", "A=1\n=b", "x" * 70_000])
def test_a_file_of_another_form_is_refused_without_showing_it(secrets, text):
    with pytest.raises(InputError) as caught:
        read_secrets(secrets(text))
    assert "sk-just-a-key" not in str(caught.value)
    assert "filed" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="secrets file"):
        read_secrets(tmp_path / "none")
    with pytest.raises(InputError, match="secrets file"):
        read_secrets(tmp_path)


@pytest.mark.parametrize("bad", ["two words", "ключ", "a\nb"])
def test_a_key_that_can_be_none_is_refused_without_showing_it(bad):
    with pytest.raises(InputError) as caught:
        access("openai", Settings(llm_api_key=bad))
    assert bad not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "host:8000",
        "http:///v1",
        "http://user:pass@host/v1",
        "https://host/v1?key=k1",
        "http://h:x",
    ],
)
def test_an_address_that_cannot_be_used_or_holds_a_key_is_refused(url):
    with pytest.raises(InputError) as caught:
        access("openai", Settings(llm_base_url=url, llm_api_key="k1"))
    assert url not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:11434", True), ("http://[::1]:8000/v1", True), ("gpu.lan:8000", True),
        ("http://192.168.1.5/v1", True), ("0.0.0.0", True), ("ollama", True), ("http://8.8.8.8/v1", False),
        ("https://api.openai.com/v1", False), ("https://localhost.example.com", False), ("", False),
    ],
)  # fmt: skip
def test_local_addresses_are_told_from_others(address, local):
    assert is_local(address) is local
