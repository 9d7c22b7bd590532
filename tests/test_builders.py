from tests.builders import WATER_LAW, water_outline


def test_the_sample_outline_fits_its_text():
    outline = {node.id: node for node in water_outline()}
    assert WATER_LAW[outline["st1/ch2"].start : outline["st1/ch2"].own_end] == "2. Полив включает:"
    assert WATER_LAW[outline["st1/ch2/p2"].start : outline["st1/ch2/p2"].end] == "2) подачу 300 литров воды;"
    assert outline["st2"].end == len(WATER_LAW)
