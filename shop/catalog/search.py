"""From what somebody typed to products: words, their roots and synonyms, one or two letters wrong, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from shop.catalog.engine import Atom, Group, Groups, Where, engine
from shop.catalog.found import UNRATED, Base
from shop.catalog.listed import ListedProduct, SearchGram, SearchMiss, SearchWord, Synonym
from shop.catalog.models import Product, Variant
from shop.catalog.words import grams, nearest, root, roots, typos_forgiven, words
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.lists import Piece, piece
from shop.reviews.models import Rating

LONGEST = 100  # characters looked at
MOST_WORDS = 8
SHORTEST_BEGINNING = 2  # letters
LONGEST_BEGINNING = 3  # that even somebody who has finished typing may have left at that
LONGEST_PHRASE = 3  # words of a synonym
LOOKED_AT = 500  # words that share letters with a misspelt one
MOST_MEANT = 8  # of them, when they are as near as one another
USED_OFTEN = 100  # from here on it does not matter how often
MISSES_KEPT = 10_000
NOTHING: Groups = [[Atom(("#",))]]  # stands nowhere
SMALL_WORDS = frozenset(["a", "an", "and", "for", "in", "of", "on", "or", "the", "to", "with"])


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: of each group one atom."""

    said: tuple[str, ...]
    groups: Groups
    by_word: Groups  # the same before those of a synonym of several words became one
    corrected: str = ""  # how it was read, where something was misspelt


def understand(typed: str, *, begun: bool = True) -> Query:
    """The last word may be the beginning of one, unless it is not `begun` but whole; short ones always may.

    Small words before it are left out, and a single letter after others, which has hardly begun.
    """
    said = words(typed[:LONGEST])[:MOST_WORDS]
    if begun and said[1:] and len(said[-1]) < SHORTEST_BEGINNING:
        said = said[:-1]
    meant = [word for place, word in enumerate(said, 1) if word not in SMALL_WORDS or place == len(said)]
    return _query(meant, begun=begun) if said else Query((), NOTHING, ())


def readings(typed: str) -> Iterator[Query]:
    """The ways to read it, the likeliest first: in whole words, as the beginning of one, as something misspelt."""
    whole = understand(typed, begun=False)
    yield whole
    begun = understand(typed)
    if begun != whole:
        yield begun
    if (mended := correct(begun)) is not None:
        yield mended


def correct(query: Query) -> Query | None:
    """The same with each word that nothing has replaced by the nearest that something has; None when none can be."""
    mended = [_mended(word, group) for word, group in zip(query.said, query.by_word, strict=True)]
    if tuple(mended) == query.said:
        return None
    return replace(_query(mended, begun=True), corrected=" ".join(mended))


def best(base: Base, typed: str, *, count: int) -> list[int]:
    """Up to `count` products, the best first.

    That is the one whose SKU or name is typed, then those with more of the words in their names, those with the last
    one at least begun, those in stock, those that are told by all words, those whose names begin with them and have few
    others. Of more than `count`, the first that are looked at are those that have the words in their names, and then
    those that are told by them.
    """
    rows = _ranked(base, count, Where.ANYWHERE)
    named = _ranked(base, count, Where.NAME) if len(rows) == count else {}
    told = named if len(named) == count else named | _ranked(base, count, Where.TOLD)
    rows = told | rows
    own = set(db.session.scalars(select(Variant.product_id).where(Variant.sku == typed.strip().upper())))
    wanted, last = roots(typed), (words(typed) or [""])[-1]

    def key(row: Any) -> tuple[object, ...]:
        name = words(row.name)
        rooted = [root(word) for word in name]
        hits = sum(_hits(group, {*name, *rooted}) for group in base.words)
        return (
            row.product_id not in own,
            " ".join(rooted) != wanted,
            -hits,
            not any(word.startswith(last) for word in name),
            not row.in_stock,
            row.product_id not in told,
            not _begins(name, base.words),
            len(name) if hits else 0,
            -row.rank,
            -row.loved,
            row.position,
            row.product_id,
        )

    return [row.product_id for row in sorted(rows.values(), key=key)[:count]]


def note_miss(typed: str) -> None:
    """Counts a search that found nothing; new ones only while there is room, so that nobody can fill the disk."""
    said = " ".join(words(typed[:LONGEST]))[:LONGEST]
    if not said:
        return
    with transaction():
        again = update(SearchMiss).where(SearchMiss.words == said).values(count=SearchMiss.count + 1, last_at=now())
        known = db.session.execute(again.returning(SearchMiss.count)).first()
        kept = select(SearchMiss.words).limit(MISSES_KEPT).subquery()
        if known is None and (db.session.scalar(select(func.count()).select_from(kept)) or 0) < MISSES_KEPT:
            db.session.execute(
                text("INSERT INTO search_misses VALUES (:words, 1, :now) ON CONFLICT DO NOTHING").bindparams(
                    bindparam("now", type_=SearchMiss.last_at.type)
                ),
                {"words": said, "now": now()},
            )


def forget_misses(*, before: datetime) -> None:
    """Those that nobody has repeated since."""
    with transaction():
        db.session.execute(delete(SearchMiss).where(SearchMiss.last_at < before))


def add_synonym(phrase: str, means: str) -> None:
    """Whoever searches for `phrase` also finds what has all words of `means`. Nothing happens the second time."""
    restore_synonym(roots(phrase), roots(means))


def restore_synonym(phrase: str, means: str) -> None:
    """As `remove_synonym` gave it back."""
    with transaction():
        db.session.execute(
            text("INSERT INTO search_synonyms (phrase, means) VALUES (:phrase, :means) ON CONFLICT DO NOTHING"),
            {"phrase": phrase, "means": means},
        )


def remove_synonym(synonym_id: int) -> tuple[str, str] | None:
    """What it was; None when it is gone already."""
    with transaction():
        row = db.session.get(Synonym, synonym_id)
        if row is None:
            return None
        db.session.delete(row)
        return row.phrase, row.means


def answer_miss(said: str, means: str) -> None:
    """A search that found nothing finds what `means` finds from now on, and is no longer among those that miss."""
    with transaction():
        add_synonym(said, means)
        db.session.execute(delete(SearchMiss).where(SearchMiss.words == said))


def synonyms(*, after: int | None = None, before: int | None = None) -> Piece[Synonym]:
    """The last made first."""
    return piece(select(Synonym), Synonym.id, Synonym.id, after=after, before=before)


def misses(count: int) -> Sequence[SearchMiss]:
    """Those made most often first."""
    return db.session.scalars(select(SearchMiss).order_by(SearchMiss.count.desc()).limit(count)).all()


def finds(typed: str) -> int:
    """How many products have all the words, as far as it matters."""
    query = understand(typed, begun=False)
    some = Base(words=query.groups).select(ListedProduct.product_id).limit(USED_OFTEN).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _query(said: Sequence[str], *, begun: bool) -> Query:
    rooted = [root(word) for word in said]
    groups: list[list[Atom]] = [
        [Atom((word,))] if word == stem else [Atom((word,)), Atom((stem,))]
        for word, stem in zip(said, rooted, strict=True)
    ]
    if len(said[-1]) >= SHORTEST_BEGINNING and (begun or len(said[-1]) <= LONGEST_BEGINNING):
        groups[-1].append(Atom((said[-1],), begins=True))
    joined = _with_synonyms(groups, rooted)
    return Query(tuple(said), joined, groups)


def _with_synonyms(groups: list[list[Atom]], rooted: Sequence[str]) -> Groups:
    """A synonym of one word is another atom of its group; one of several makes one group of theirs."""
    spans = {
        " ".join(rooted[start:end]): (start, end)
        for start in range(len(rooted))
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(rooted)) + 1)
    }
    known = db.session.execute(
        select(Synonym.phrase, Synonym.means).where(Synonym.phrase.in_(spans)).order_by(Synonym.id)
    )
    joined: dict[int, tuple[int, list[Atom]]] = {}
    for phrase, means in known:
        start, end = spans[phrase]
        atom = Atom(tuple(means.split()))
        if end - start == 1:
            groups[start].append(atom)
        else:
            joined.setdefault(start, (end, [Atom(tuple(rooted[start:end]))]))[1].append(atom)
    made: list[Group] = []
    place = 0
    while place < len(groups):
        end, atoms = joined.get(place, (place + 1, groups[place]))
        made.append(atoms)
        place = end
    return made


def _mended(word: str, group: Group) -> str:
    most = typos_forgiven(word)
    if not most or _uses(group):
        return word
    close = (
        select(SearchWord.word)
        .join(SearchGram, SearchGram.word_id == SearchWord.id)
        .where(
            SearchGram.gram.in_(grams(word)), func.length(SearchWord.word).between(len(word) - most, len(word) + most)
        )
        .group_by(SearchWord.id, SearchWord.word)
        .order_by(func.count().desc(), SearchWord.word)
        .limit(LOOKED_AT)
    )
    meant = sorted(nearest(word, db.session.scalars(close)))
    nearest_ones = [each for far, each in meant if far == meant[0][0]]
    used = {each: _uses([Atom((each,))]) for each in nearest_ones[:MOST_MEANT]}
    return max(used, key=lambda each: used[each]) if any(used.values()) else word


def _uses(group: Group) -> int:
    """How many products have it, as far as it matters."""
    some = Base(words=[group]).select(ListedProduct.product_id).limit(USED_OFTEN).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


_JUDGED = (ListedProduct.product_id, ListedProduct.position, ListedProduct.in_stock, Product.name)


def _ranked(base: Base, count: int, where: Where) -> dict[int, Any]:
    rank = engine().ranked(base.written(where)).label("rank")
    loved = func.coalesce(Rating.score, UNRATED).label("loved")
    rows = db.session.execute(
        base.select(*_JUDGED, rank, loved, where=where)
        .join(Product, Product.id == ListedProduct.product_id)
        .outerjoin(Rating, Rating.product_id == ListedProduct.product_id)
        .limit(count)
    )
    return {row.product_id: row for row in rows}


def _begins(name: Sequence[str], groups: Groups) -> bool:
    """With the first word looked for, or what begins so."""
    first = name[0] if name else ""
    return any((atom.begins and first.startswith(atom.words[0])) or first == atom.words[0] for atom in groups[0])


def _hits(group: Group, name: Iterable[str]) -> int:
    """2 for a whole word of the name, 1 for the beginning of one."""
    said = set(name)
    if any(said.issuperset(atom.words) for atom in group if not atom.begins):
        return 2
    return any(word.startswith(atom.words[-1]) for atom in group if atom.begins for word in said)
