import pytest

from assistant.answer.verify import Quoted, faults


def kinds(claim, quote, context=""):
    return {fault.kind for fault in faults(claim, [Quoted(quote, None, context)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Садовнику следует поливать розы.", "The gardener should water the roses."),
        ("Should a rose wither, the gardener is entitled to replace it.", "The gardener may replace the rose."),
        ("The licence is renewable.", "срок лицензии может быть продлен"),
        ("Watering may be unnecessary in autumn.", "Some gardens may not require watering in autumn"),
        ("Садовников учат, чтобы они могли поливать розы.", "обучение садовников в целях полива роз"),
        ("Отчёт говорит, как сорт может повлечь болезнь.", "shall report on the potential diseases of the variety"),
        ("Решать о поливе может совет садоводов.", "Решение о поливе может приниматься советом садоводов"),
        ("Сорт может повлечь болезнь.", "The variety may cause a disease"),
        ("Справка обязательна для садов, а для огородов — добровольна.",
         "справка, являющаяся обязательной для садов и добровольной для огородов"),
    ],
)  # fmt: skip
def test_the_same_force_in_other_words_passes(claim, quote):
    assert kinds(claim, quote) == set()


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Садовник обязан сообщить о поливе и обязан утвердить план.",
         "Садовник обязан сообщить о поливе. Садовник вправе утвердить план."),
        ("Заявку можно подать, а отчёт можно хранить.", "Заявка может быть подана. Отчет должен храниться год."),
        ("Садовник обязан поливать розы.", "The gardener should water the roses."),
        ("Полив не обязателен.", "Watering must be done, as the prohibition applies"),
        ("The council may not make the vows binding.", "The council may, by decision, make the vows binding"),
        ("Для роз необходимо испытание сорта. Журнал ведут.",
         "Для роз может осуществляться испытание сорта. Журнал должен вестись"),
        ("Полив рекомендован утром.", "полив проводится утром"),
    ],
)  # fmt: skip
def test_another_force_about_the_same_action_is_a_fault(claim, quote):
    assert "force" in kinds(claim, quote)


def test_a_lead_in_that_forbids_bears_out_a_ban_of_its_items():
    item = "the watering of roses at noon"
    assert (
        kinds("The law prohibits the watering of roses at noon.", item, "The following is prohibited:")
        == set()
    )
    assert kinds("The law prohibits the watering of roses at noon.", item) != set()


def test_the_lead_in_of_an_uploaded_file_lends_no_ban():
    quoted = Quoted("the watering of roses at noon", None, "The following is prohibited:", published=False)
    assert faults("The law prohibits the watering of roses at noon.", [quoted])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Чтобы ввезти сорт, импортёр может пройти проверку.",
         "Чтобы ввезти сорт, импортер обязан пройти проверку"),
        ("Чтобы получить субсидию, садовник вправе подать отчёт.",
         "Чтобы получить субсидию, садовник должен подать отчет"),
        ("In order that roses grow, the gardener may draw up a plan.",
         "In order that roses grow, the gardener shall draw up a plan"),
    ],
)  # fmt: skip
def test_a_purpose_named_first_makes_no_permission_of_the_duty_after_its_comma(claim, quote):
    assert "force" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote", "lead_in"),
    [
        ("Садовник вправе уведомить совет о возможных сбоях.", "Садовник уведомляет совет о возможных сбоях", ""),
        ("The gardener may keep logs of possible failures.", "keep logs of possible failures", "The gardener shall:"),
        ("Садовник вправе вести журнал возможных сбоев.", "вести журнал возможных сбоев", "Садовник обязан:"),
        ("The gardener may document the potential risks.",
         "The gardener shall assess and keep records of the potential risks", ""),
    ],
)  # fmt: skip
def test_what_is_called_possible_is_no_permission(claim, quote, lead_in):
    assert "force" in {fault.kind for fault in faults(claim, [Quoted(quote, None, lead_in, lead_in=lead_in)])}
