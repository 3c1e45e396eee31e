"""Words that carry grammar, politeness or the business of ordering: said around products, seldom part of a name."""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from .sounding import sound


def word_set(text: str) -> frozenset[str]:
    """The words of a blank-separated list."""
    return frozenset(text.split())


# Never indexed and never required: they carry grammar, not goods.
STOP_WORDS: Final = word_set("a an and the of in with for to on at by or from your my our its it is as & + per")

# May be said around a product without naming it. Where a name does hold one ("THANK YOU CARD") it still counts.
OPTIONAL_WORDS: Final = word_set(
    """
    oh ah um er erm hmm well actually sorry wait alright allright righto mate mates pal guys folks lads team sir
    madam cheerio howdy greetings ladies gents gentlemen chap please pls plz thanks thank thankyou thx ta cheers
    you hi hello hey hiya dear morning afternoon evening good can could would may will shall i we id wed ill us
    me get got have need needed want wanted like love order send sending ship put add give take buy purchase
    supply deliver some any those these that this them they ones one also just more another extra further
    additional same usual regular normal again then plus too only about lot lots if possible possibly perhaps
    maybe around approximately roughly ok okay yes yeah yep right so and now today asap x qty quantity pcs no's
    each off our all kindly grateful appreciate looking require requires requested following item items line
    lines product products basket cart im were are be do let lets know did was has been there here but not which
    ordered list ditto uh ehm hm hmmm yo guten tag bonjour sirs morn mornin day hope hoping hopefully dont wont cant
    couldnt shouldnt thats its whats theres heres weve ive youve theyd theyve theyre youre hed hes he she
    him her his hers their theirs thier who whom whose what when where why how than because though although must
    might should cannot am being had having does done doing go goes going gone went come comes coming came stick
    chuck pop throw bung whack slap book raise place placing enter entering process reserve grab fetch wants
    wanting needs needing likes ask asks asked asking say says said saying tell told think reckon guess suppose
    forgot forget forgotten remember run running ran rung rang phoned call called calling mail email emailed
    discussed agreed per yesterday tomorrow tonight later soon speak spoke talk while whilst until till since
    during after before early late latest next last week month year monday tuesday wednesday thursday friday
    saturday sunday mon tue tues thu thur thurs fri sat sun weekend regards regard kind best warm warmest
    sincerely faithfully yours truly awaiting await confirm confirmation confirmed reply invoice account acc
    acct customer client behalf company size sizes sized delivery delivered deliveries collection collect
    shipping shipped dispatch courier van lorry drop onto on into up down out over sent million above below
    under with without within through via mind adding sell sells selling read use used using sort type types
    style kinds sorts stuff things thing bits bit range lengths lenght long length wide width diameter colour
    thickness finish code codes sku skus article articles ref reference po number nr units unit pieces piece pce
    pc amount amounts total apiece respectively both wee few couple much many plenty enough urgent urgently
    quick quickly stock stocks restock restocking restocked replenish top topup else other others first second
    third similar aswell n nd u ur r k bye lovely great super perfect brilliant sounds fine sure obviously
    basically literally really very quite almost nearly exactly thatll thatd everything anything nothing
    something someone anyone everyone job site office shop store stores warehouse desk branch school currently
    price prices priced pricing cost costs charge charged quote quoted quotation quotations tender formal
    written shelf better availability available ordinary xx xxx head heads headed weight shade shades poss make
    already still yet ever never always often usually normally instead rather
    cud wud shud wanna gonna gotta em ya yer wots soz cos cuz tho innit til aint dunno lemme gimme giv sumthing nowt
    wish namely glad search answer design designs pattern version
    offer include prepare assortment planning packing muchly match matching
    seen plain basic
    suit suits
    owt try become no added half ad hav snd wich wiv wot thay thare becos anythin somethin
    """
)

HESITATIONS: Final = word_set("er erm um umm uh ehm hmm")

# A name may begin behind these, hardly go on.
OPENERS: Final = word_set(
    """
    please pls plz plse i we you u he she they can could cud would want wants need needs get got have hav send order
    id ill like do does its thats so right okay ok yes yeah yep hello helo hi hiya morning me us put chuck stick bung
    pop throw add then also thanks ta cheers know called said says after im were hes shes theyre theyd weve ive let
    lets take give gimme want wanted reckon think just pricing quote again well oh sorry actually love mate boss
    morning afternoon evening now today another anuther more no
    """
)

ASKING: Final = word_set(
    """
    please pls plz want wants wanted need needs needed take send order get me us have add like supply deliver buy also
    require after quote
    """
)
"""What is said right before what one wants: "I'll take 24", "please send us 24"."""

_LONG_ENOUGH: Final = 3
_SOUNDS_OF_TALK: Final[dict[str, list[str]]] = {}
for _word in sorted(OPTIONAL_WORDS | STOP_WORDS):
    if len(_word) >= _LONG_ENOUGH and (_key := sound(_word)):
        _SOUNDS_OF_TALK.setdefault(_key, []).append(_word)


_EVERY_DAY: Final = word_set(
    """please order quote hello need want some thanks thank morning another account also ordering delivered wednesday"""
)


@lru_cache(maxsize=20_000)
def is_everyday_slip(word: str) -> bool:
    """Whether a word is one of those that stand in every message, misspelt: "plese", "ordar", "qoute", "sum"."""
    if len(word) < 3 or not word.isalpha() or word in _EVERY_DAY:
        return False
    key = sound(word)
    return any(
        known[0] == word[0]
        and (
            sound(known) == key
            or (len(word) >= 4 and sorted(word) == sorted(known))
            or (len(word) >= 4 and len(known) >= 5 and OSA.distance(word, known, score_cutoff=1) <= 1)
        )
        for known in _EVERY_DAY
    )


def is_talk_word(word: str) -> bool:
    """Whether a word carries grammar, politeness or business, spelled as it should be."""
    return word in OPTIONAL_WORDS or word in STOP_WORDS


def sounds_like_talk(word: str) -> bool:
    """Whether a word is a small word spelled by ear: "hav", "plez", "sum", "anuther"."""
    key = sound(word)
    alike = _SOUNDS_OF_TALK.get(key, ()) if len(key) >= _LONG_ENOUGH else ()
    return any(known[0] == word[0] and OSA.distance(known, word, score_cutoff=1) <= 1 for known in alike)


_LIKELY_SLIPS: Final = tuple(word for word in OPTIONAL_WORDS | STOP_WORDS if len(word) >= 3)


@lru_cache(maxsize=20_000)
def is_slip_of_talk(word: str) -> bool:
    """Whether an unknown word is a small word with two letters swapped or one left out: "teh", "wnat", "plese"."""
    if len(word) < 3 or not word.isalpha():
        return False
    for known in _LIKELY_SLIPS:
        if abs(len(known) - len(word)) > 1 or OSA.distance(word, known, score_cutoff=1) > 1:
            continue
        if sorted(known) == sorted(word) or (len(known) >= 5 and known[0] == word[0]):
            return True
    return False


_TAKE_BACK: Final = ("sorry", "actually", "apologies", "correction", "rather")


@lru_cache(maxsize=5_000)
def is_slip_of_correction(word: str) -> bool:
    """Whether a word is one that takes back what was said, misspelt: "acutally", "sory"."""
    if len(word) < 4 or not word.isalpha() or is_talk_word(word):
        return False
    return any(word[0] == known[0] and OSA.distance(word, known, score_cutoff=1) == 1 for known in _TAKE_BACK)
