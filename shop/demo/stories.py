"""What Fathom & Fold has to say: its pages, its journal, a lookbook, and the links at the foot of every page.

The legal texts are samples, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from shop.content.models import Entry, Kind, MenuItem, Place, Status
from shop.core.clock import now
from shop.core.db import db
from shop.demo.goods import GOODS
from shop.demo.shots import HERO, shots
from shop.media.models import Asset

OLD = 60  # days since a page was written
_PICTURE = re.compile(r"\{picture: ([\w-]+) \|")
_SEEN = {shot.name: shot.alt for shot in (HERO, *(shot for good in GOODS for shot in shots(good)))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    kind: Kind
    slug: str
    title: str
    intro: str = ""
    body: str
    """Pictures are named as in shots.py, which also says what is seen in them: {picture: hero | The caption}."""
    picture: str = ""
    days_ago: int | None = OLD
    """When it was published; a negative number of days is to come, None is a draft."""


def tell(assets: Mapping[str, Asset]) -> None:
    """Adds all of it to the open transaction; `assets` are the demo's pictures by their names there."""
    entries = {story.slug: _entry(story, assets) for story in STORIES}
    db.session.add_all(entries.values())
    db.session.flush()
    db.session.add_all(
        MenuItem(
            place=place,
            position=position,
            label=label,
            entry_id=entries[target].id if target in entries else None,
            address="" if target in entries else target,
        )
        for place, links in FOOTER.items()
        for position, (label, target) in enumerate(links)
    )


def _entry(story: Story, assets: Mapping[str, Asset]) -> Entry:
    moment = now().replace(hour=8, minute=0, second=0, microsecond=0)
    published_at = None if story.days_ago is None else moment - timedelta(days=story.days_ago)
    return Entry(
        kind=story.kind,
        slug=story.slug,
        title=story.title,
        intro=story.intro,
        body=_PICTURE.sub(
            lambda found: f"{{picture: {assets[found[1]].name} | {_SEEN[found[1]]} |", story.body.strip()
        ),
        asset=assets[story.picture] if story.picture else None,
        alt=_SEEN.get(story.picture, ""),
        status=Status.PUBLISHED if published_at else Status.DRAFT,
        published_at=published_at,
        updated_at=min(published_at or now(), now()),
    )


FOOTER: dict[Place, list[tuple[str, str]]] = {
    Place.HELP: [
        ("Delivery and returns", "delivery-and-returns"),
        ("Care and framing", "care-and-framing"),
        ("Contact", "contact"),
    ],
    Place.STUDIO: [
        ("About us", "about"),
        ("How we print", "how-we-print"),
        ("Journal", "/journal"),
        ("Morning light", "morning-light"),
    ],
    Place.LEGAL: [
        ("Terms of sale", "terms"),
        ("Privacy", "privacy"),
        ("Right to cancel", "right-to-cancel"),
        ("Imprint", "imprint"),
    ],
}

_PAGES = (
    Story(
        kind=Kind.PAGE,
        slug="about",
        title="Two people and a press",
        intro="Fathom & Fold is a print studio in Bristol. We write programs that draw, and print what they draw.",
        picture="hero",
        body="""
Robin writes the programs. Ines runs the press. We share a table, a kettle and the opinion that a picture should look as
if somebody had made it.

The name is what we do. A fathom is how deep the sea is where you are, and our first design was a chart of a sea floor
that does not exist. Fold is what paper does when you mean it.

## What we make

Forty-odd designs, printed on paper we would keep ourselves: prints, notebooks, cards, calendars, gift wrap, and mugs by
a pottery in Stoke that is better at mugs than we are.

{products: seven-ridges, tidewater, still-life-noon}

## What we do not make

- **Limited editions.** A print is not better because your neighbour cannot have it.
- **Copies of living artists.** Our programs know geometry, not other people’s work.
- **Waste, if we can help it.** We print to order. Offcuts become the test cards on our wall.

## Visit

The studio is at 4 Chandlery Yard, Bristol BS1 6XN, open Tuesday to Friday from ten to four. Orders can be collected
there. If the press is running you may have to shout.

[How we print](/pages/how-we-print) tells the rest.
""",
    ),
    Story(
        kind=Kind.PAGE,
        slug="how-we-print",
        title="How we print",
        intro="One ink at a time, up to four of them, each with its own pass through the press.",
        body="""
## 1. A program draws

Every design starts as a short program and a number, its seed. The program knows the rule: hills are lines of noise,
waves overlap, a tile turns one way or the other. The seed decides the rest. The same program with the same seed draws
the same picture every time; another seed draws one that nobody has seen before.

## 2. The drawing comes apart

We separate it into spot inks. Not the four of an office printer, which are mixed from dots to look like any colour, but
the four this picture needs. Each becomes a plate of its own.

{picture: weimar-blocks-2 | Weimar Blocks, seed 1925: blue, red, yellow and navy}

## 3. Ink goes over ink

The lightest ink goes first and dries overnight. Then the next one is printed over it. Where two meet, the paper shows a
third: blue over yellow is a green that nobody mixed.

Each sheet passes through the press once for every ink, and never lands on exactly the same spot. Look closely and you
will find a hair of paper between two colours. We think that is where a print starts to be one.

## 4. The paper

| What | Made of |
|---|---|
| Prints | Recycled cotton, 310 g/m², lightly textured |
| Cards | Recycled cotton, 300 g/m² |
| Notebooks | Recycled, 100 g/m² inside, thread sewn |
| Inks | Soy based, made in Kent |

Every print has its inks one by one on its page, in the order they are printed.

{products: weimar-blocks, two-arches, hedgerow}
""",
    ),
    Story(
        kind=Kind.PAGE,
        slug="delivery-and-returns",
        title="Delivery and returns",
        intro="Posted within two working days, free in the UK over £45, and yours to send back for 60 days.",
        body="""
## Delivery

| Where | How | Days | Price |
|---|---|---|---|
| UK | Tracked 48 | 2 to 3 | £3.90, free over £45 |
| UK | Tracked 24 | 1 to 2 | £5.90 |
| Bristol | Collect from the studio | 1 | Free |
| Europe | Tracked | 4 to 7 | £9.50, from 2 kg £14.50 |
| The world | Tracked | 6 to 12 | £14.50, from 2 kg £26 |

The product page and your bag say the day it arrives and what it costs before you type anything. Order by 14:00 and the
same day counts.

Prints without a frame come rolled in a stout tube. Framed ones travel between boards, corners first. There is no
plastic in any of our parcels.

### Outside the UK

Your country may charge duty and its own tax when the parcel arrives. We cannot know how much, and it is not part of our
price.

## Returns

You have 60 days from the day it arrives, framed prints too. It need not be our fault; the colour may simply be wrong
for the wall.

1. Write to [hello@fathomandfold.example](mailto:hello@fathomandfold.example) with your order number.
2. We send a label. In the UK the postage is ours.
3. Pack it as it came. If the box has gone, tell us and we send one.
4. The money goes back the way it came, within five working days of the parcel reaching us.

## It came broken

It happens to about one frame in four hundred. Send a photograph within a week or so and we print, frame and post
another the same day. Keep the broken one, or take the glazing off and hang it without.
""",
    ),
    Story(
        kind=Kind.PAGE,
        slug="care-and-framing",
        title="Care and framing",
        intro="What to do with a print once it is out of its tube, and how to keep it well after that.",
        body="""
## Out of the tube

Lay the print face up on a clean table, put a book on each corner and leave it overnight. Cotton paper forgets being
rolled by the morning. Do not roll it the other way; that makes two curls of one.

## A frame from us

{picture: seven-ridges-3 | Oak, mitred and oiled, with a bevelled cotton mount}

Our frames are solid oak, walnut or ash, joined at the corners and finished by hand. The mount keeps the paper off the
glazing, which is clear acrylic: lighter than glass, and kinder if it falls. The cord is on the back and two hooks are
in the box.

## A frame of your own

| Print | Paper | Frame with a mount |
|---|---|---|
| A4 | 21 × 30 cm | 30 × 40 cm |
| A3 | 30 × 42 cm | 40 × 50 cm |
| A2 | 42 × 59 cm | 50 × 70 cm |
| A1 | 59 × 84 cm | 70 × 100 cm |

Ask for an acid-free mount. Tape the print at the top edge only, so that it can breathe with the weather.

## Light, water, dust

- Our inks hold for about 60 years in a room that is bright but not sunny. Direct sun takes that down to ten.
- Bathrooms are for towels. Kitchens are fine, away from the hob.
- Dust the acrylic with a dry cotton cloth. No glass cleaner: it clouds.

## Mugs

Dishwasher and microwave, every day. The glaze will outlast the handle.

{products: lattice-mug, ridge-mug, terrazzo-mug}
""",
    ),
    Story(
        kind=Kind.PAGE,
        slug="contact",
        title="Contact",
        intro="A person answers, usually the one who printed it.",
        body="""
Write to [hello@fathomandfold.example](mailto:hello@fathomandfold.example). We answer within one working day, and on
most days by lunch. With an order, its number helps; it is in the mail you got and looks like K7MC-4WRX.

Or come by: 4 Chandlery Yard, Bristol BS1 6XN, Tuesday to Friday from ten to four. The yard is ten minutes on foot
from Temple Meads; look for the blue door.

## Perhaps it is answered already

- [When does it arrive, and what does that cost?](/pages/delivery-and-returns)
- [How do I send something back?](/pages/delivery-and-returns)
- [Which frame fits, and how do I flatten a print?](/pages/care-and-framing)

## Shops and larger orders

We print for eleven shops and for a few offices with bare walls. From twenty pieces on there is a price for it. Tell us
what, how many and by when.
""",
    ),
)

_SAMPLE = """
> **A sample text.** Fathom & Fold is a demonstration and sells nothing. Have your own written by somebody who knows the
> law where you trade.
"""

_LEGAL = (
    Story(
        kind=Kind.LEGAL,
        slug="terms",
        title="Terms of sale",
        body=_SAMPLE
        + """
## 1. Who you buy from

Fathom & Fold, 4 Chandlery Yard, Bristol BS1 6XN. The full details are in the [imprint](/pages/imprint).

## 2. How a contract comes about

The goods in the shop are an invitation to order. Your order is an offer; it is accepted when we confirm it by mail
after your payment has arrived. The total you agreed to at the last step is the total you pay.

## 3. Prices and payment

Prices are in pounds sterling and include VAT. Delivery is added before you pay and shown from the bag on. You pay on a
page of our payment provider, Stripe; we never see the number of your card.

## 4. Delivery

We deliver to the address you give, at the prices and within the days on
[Delivery and returns](/pages/delivery-and-returns). The risk passes to you when the parcel is handed over.

## 5. If you change your mind

Consumers may cancel within 14 days of receiving the goods: see [Right to cancel](/pages/right-to-cancel). Beyond that
we take goods back for 60 days.

## 6. If something is wrong

Goods must be as described, fit for purpose and of satisfactory quality. If they are not, the Consumer Rights Act 2015
gives you the right to a repair, a replacement or your money back. Nothing here takes that away.

## 7. Law

The law of England and Wales applies. Consumers keep the protection of the law of the country they live in.
""",
    ),
    Story(
        kind=Kind.LEGAL,
        slug="privacy",
        title="Privacy",
        body=_SAMPLE
        + """
## What we keep, and why

| What | Why | How long |
|---|---|---|
| Name, address and mail address of an order | To make the contract and deliver | 6 years, as tax law asks |
| What is in your bag | So that it is there when you come back | 30 days |
| The network an unpaid order came from | So that nobody empties the shelf without paying | Until it is paid or over |

We do not keep your card. [Stripe](https://stripe.com/gb/privacy) takes the payment and answers for it.

## Cookies

Two, both ours, both needed: one knows your bag, one protects the checkout’s forms. What you searched for lately is kept
by your browser and not sent to us. There is no advertising and no counting of visitors, so there is no banner to click
away.

## Who else sees it

The post sees your address, Stripe your payment, our mail provider the mails we send you. Nobody else, and nobody for
money.

## Your rights

You may ask what we keep of you, have it corrected or deleted, and take it with you. Write to
[hello@fathomandfold.example](mailto:hello@fathomandfold.example). If we disappoint you, the Information Commissioner’s
Office takes complaints.
""",
    ),
    Story(
        kind=Kind.LEGAL,
        slug="right-to-cancel",
        title="Right to cancel",
        body=_SAMPLE
        + """
## Fourteen days, no reason needed

You may cancel within 14 days of the day on which you, or somebody you named, received the goods. Of several parcels the
last one counts.

Tell us clearly, by mail to [hello@fathomandfold.example](mailto:hello@fathomandfold.example) or by letter. The form
below may be used and need not be. It is enough that you send your message before the 14 days are over.

## What happens then

We pay back everything, delivery at its cheapest included, within 14 days of your message and the way you paid. We may
wait until the goods are back or you have shown that they are on their way. Send them within 14 days; in the UK we pay
the postage. You answer for a loss in value only where it comes from more than looking at them as one would in a shop.

## Except

What was made to your own measure, such as a frame in a size we do not list, cannot be returned unless it is faulty.

## Form

> To Fathom & Fold, 4 Chandlery Yard, Bristol BS1 6XN, hello@fathomandfold.example:
>
> I/We hereby give notice that I/we cancel my/our contract of sale of the following goods:
>
> Ordered on / received on:
>
> Name and address:
>
> Signature (only on paper) and date:
""",
    ),
    Story(
        kind=Kind.LEGAL,
        slug="imprint",
        title="Imprint",
        body=_SAMPLE
        + """
## Company

Fathom & Fold Ltd, registered in England and Wales, company number 00000000. Directors: Robin Fathom, Ines Fold.

## Address

4 Chandlery Yard, Bristol BS1 6XN, United Kingdom

## Reach us

[hello@fathomandfold.example](mailto:hello@fathomandfold.example). We answer within one working day.

## Tax

VAT number GB 123 4567 82
""",
    ),
)

_JOURNAL = (
    Story(
        kind=Kind.JOURNAL,
        slug="four-hundred-seeds",
        title="Four hundred seeds, one print",
        intro="A program can draw all night. Somebody still has to choose in the morning.",
        picture="weimar-blocks-2",
        days_ago=4,
        body="""
The program behind Weimar Blocks is short. It has a grid of four by six, seven shapes, four inks, and a rule that no two
neighbours may be the same. It runs in a third of a second. So one Tuesday we let it run four hundred times and printed
the results as small as stamps.

## What we look for

Most of them are fine. That is the trouble with a good rule: nearly everything it makes is fine. We hang the sheet of
stamps on the wall and cross out what the eye slides off.

1. **Is there somewhere to begin?** A picture needs one place that is louder than the rest.
2. **Does it hold at four metres?** Small stripes turn grey from across a room.
3. **Does the yellow sit well?** Yellow is the ink people see last and remember longest.

After an hour there were nine. After lunch there were two. Ines turned both upside down, and only one of them was still
a picture.

> Number 1925 has a yellow bar that stands where a window would be. We did not put it there. We only noticed.

## And the other 399?

They are still there, in the sense that anything with a number is. The seed of the notebook is 1932 and that of the
cards is 1947; both came from the same wall.

{products: weimar-blocks, blocks-notebook, blocks-set}
""",
    ),
    Story(
        kind=Kind.JOURNAL,
        slug="why-inks-never-line-up",
        title="Why the inks never line up",
        intro="Every sheet goes through the press once for each ink. Paper has a will of its own.",
        picture="hedgerow-3",
        days_ago=18,
        body="""
People ask whether the white hairline beside the leaf is a fault. It is not, and it would be easy to avoid: let one
colour reach a little under the next and nobody sees a gap. Printers call that a trap. We leave it out.

Cotton paper drinks. After the first ink it is a fraction wider than before, and by the time the third one comes it has
dried and shrunk again. The fraction is about a quarter of a millimetre on an A2. You can fight that with steel pins and
climate control, or you can draw pictures that do not mind.

## Drawing for a press that misses

- Fill and outline are separate inks, so a shift shows as a lean and not as a mistake.
- Shapes that must touch are printed in one ink.
- Nothing smaller than a third of a millimetre depends on its neighbour.

Hedgerow is the print that gains most from it. The green sits off the line like a coat that was thrown over a chair.

{products: hedgerow, botanical-set}
""",
    ),
    Story(
        kind=Kind.JOURNAL,
        slug="the-oldest-wave",
        title="The oldest wave we know",
        intro="Seigaiha has been on robes, roofs and rice bowls. Ours took an afternoon and eleven lines.",
        picture="seigaiha-1",
        days_ago=39,
        body="""
Draw a circle with three rings in it. Draw another to its right, touching. Start the next row half a circle lower and
half a circle along, and let it cover what lies beneath. Go on until the sea is full.

That is all seigaiha is, and it has been enough for more than a thousand years. The name means blue sea and waves. It
was on the robes of a court dance before anybody printed it, and it has stood for calm water and good luck ever since.

## What the program adds

Colour, and doubt. The rows run from navy at the top to orange at the foot, as the sea does when the sun goes. At each
border the program throws a coin for every wave, and the coin is loaded: the further down, the more likely it turns. So
the colours do not change at a line. They change their mind one wave at a time.

Four things have carried it since, each with a seed of its own, so no two are the same sea.

{products: seigaiha, seigaiha-notebook, seigaiha-mug, seigaiha-wrap}
""",
    ),
    Story(
        kind=Kind.JOURNAL,
        slug="wrapping-without-tape",
        title="Wrapping without tape",
        intro="One sheet, five folds and a ribbon. It holds until somebody is glad to open it.",
        picture="seigaiha-wrap-1",
        days_ago=-6,
        body="""
Our wrap is 90 g/m², nearly twice as heavy as most. It keeps a fold, so it needs no tape.

1. Lay the sheet face down with a corner towards you and the box square to yourself in the middle.
2. Bring the near corner over the box and tuck its tip under.
3. Fold in the left side along the edge of the box, then the right.
4. Roll the box away from you, once. The paper follows.
5. Tuck the last corner into the pocket that has formed. A ribbon keeps it honest.

If it goes wrong, unfold it and begin again. The creases help the second time.

{products: seigaiha-wrap, terrazzo-wrap, weave-wrap, dots-wrap}
""",
    ),
    Story(
        kind=Kind.JOURNAL,
        slug="what-comes-in-spring",
        title="What comes in spring",
        intro="Three programs are on the table. One of them draws rain.",
        days_ago=None,
        body="""
A note to ourselves, to be finished when the proofs are dry.

- Rain on a window: drops that run, meet and hurry on. Two inks, perhaps three.
- A map of hills with the paths left in.
- Something for the wall behind the cooker that may get dirty.

{products: contour-notebook, tidewater}
""",
    ),
)

_LOOKBOOKS = (
    Story(
        kind=Kind.LOOKBOOK,
        slug="morning-light",
        title="Morning light",
        intro="Four corners of a house, between the alarm and the second cup.",
        days_ago=11,
        body="""
{picture: two-arches-1 | The hall, 7:10}

## The hall

A print that smiles at people who are looking for their keys. Hang it a hand lower than you think: halls are for
standing still in, but not for long.

{products: two-arches, arches-mug}

{picture: ridge-mug-1 | The kitchen, 7:25}

## The kitchen

Hills round the mug, hills on the wall. The mug is the smaller view and the warmer one.

{products: ridge-mug, seven-ridges}

{picture: ridges-notebook-1 | The desk, 8:05}

## The desk

One page for the day, drawn up before the first mail is read. The calendar stands beside it and says nothing.

{products: ridges-notebook, desk-calendar-2027}

{picture: seedhead-1 | The landing, 8:40}

## The landing

Six hundred dots and the sun on them for a quarter of an hour. Then somebody shuts the door and the day has begun.

{products: seedhead, two-hums}
""",
    ),
)

STORIES = (*_PAGES, *_LEGAL, *_JOURNAL, *_LOOKBOOKS)
