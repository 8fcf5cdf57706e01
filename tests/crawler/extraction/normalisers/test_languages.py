"""Which language a text is in, where a page does not say it."""

import pytest

from crawler.extraction.normalisers.languages import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Мост закрыли утром, и никто не знал, на какой срок это было сделано.", "ru"),
        ("Міст закрили вранці, і ніхто не знав, чи відчинять його ввечері для її мешканців.", "uk"),
        ("Мост зачынілі раніцай, і ніхто не ведаў, калі яго адчыняць у горадзе; людзі ішлі ўброд.", "be"),
        ("The bridge was closed in the morning, and nobody knew for how long.", "en"),
        ("A quote, «Это было утром», stands in the text that the agency gave to the press in the morning.", "en"),
        ("Цитата: the bridge, и никто не знал, что это было; об этом писали утром все газеты страны.", "ru"),
        ("Die Brücke wurde am Morgen in beiden Richtungen gesperrt, und niemand wusste, wie lange.", "und"),
        ("Le pont a été fermé le matin, et personne ne savait pour combien de temps.", "und"),
        ("Мостът беше затворен сутринта и никой не знаеше за колко време.", "und"),
        # These and those below are made up, after the languages' own alphabets and commonest words.
        ("Бүгін таңертең көпір жабылды, қала тұрғындары оның қашан ашылатынын білмейді.", "und"),  # Kazakh
        ("Көпүрө бүгүн эртең менен жабылды, шаардын тургундары анын качан ачыларын билишпейт.", "und"),  # Kyrgyz
        ("Бул шаардын мурдагы тургундары азыр Бишкекте жашашат.", "und"),  # Kyrgyz, in Russian's letters
        ("Күпер бүген иртән ябылды, шәһәр халкы аның кайчан ачыласын белми.", "und"),  # Tatar
        ("Өнөөдөр өглөө гүүрийг хаасан бөгөөд хэзээ нээхийг хэн ч мэдэхгүй.", "und"),  # Mongolian
        ("Кўприк бугун эрталаб ёпилди, уни қачон очишларини ҳеч ким билмайди.", "und"),  # Uzbek
        ("De brug is in de ochtend gesloten, of dat was in de avond. Niemand in de stad is bang.", "und"),
        ("To jest most, i to by był koniec, a to nie is in.", "und"),
        (
            "Der Film „The Lord of the Isles“ wurde gestern Abend im alten Kino am Markt gezeigt, und viele Menschen "
            "kamen, um ihn dort endlich zu sehen.",
            "und",
        ),
        (
            "Мост через реку закрыли утром. «Қазақстан темір жолы» сообщила, что его откроют на неделе для всех, кто "
            "живёт по ту сторону, и что поезда из города пойдут в объезд.",
            "ru",
        ),
        ("Агентство пишет, что мост «Дняпроўскі» закрыли утром и откроют в субботу.", "ru"),
        ("12:30", "und"),
        ("", "und"),
    ],
)
def test_the_language_is_told_by_what_no_other_has(text, language):
    assert guess_language(text) == language
