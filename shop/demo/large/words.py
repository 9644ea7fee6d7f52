"""What the goods of the large shop are called, made of and filed under. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leaf:
    """A shelf that holds goods. Prices in pounds; `axes` are what a shopper may choose."""

    path: tuple[str, str, str]
    one: str
    many: str
    nouns: tuple[str, ...]
    material: str
    axes: tuple[str, ...]
    cheapest: int
    dearest: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class Value:
    slug: str
    label: str
    colour: str = ""
    measures: tuple[int, int] | None = None
    number: int | None = None


def _leaf(line: str) -> Leaf:
    path, words, nouns, material, axes, prices, weight = (part.strip() for part in line.split("|"))
    first, second, third = (part.strip() for part in path.split(">"))
    one, many = (part.strip() for part in words.split("/"))
    low, high = (int(part) for part in prices.split("-"))
    kinds = tuple(noun.strip() for noun in nouns.split(","))
    return Leaf((first, second, third), one, many, kinds, material, tuple(axes.split()), low, high, int(weight))


# From the largest shelf to the smallest.
LEAVES = [
    _leaf(line)
    for line in """
    Clothing > Tops > T-shirts | T-shirt / T-shirts | T-Shirt, Tee, Long Sleeve Tee | jersey | colour size | 12-38 | 180
    Household > Kitchen > Mugs and cups | mug / mugs | Mug, Beaker, Tea Cup, Espresso Cup, Latte Cup | ceramic | colour | 7-28 | 320
    Paper > For the wall > Art prints | print / prints | Art Print, Screen Print, Riso Print, Lithograph | paper | sheet | 9-120 | 110
    Household > Living room > Cushions | cushion / cushions | Cushion, Cushion Cover, Floor Cushion, Bolster | textile | colour width | 14-70 | 450
    Clothing > Extras > Socks | pair of socks / pairs of socks | Socks, Ankle Socks, Walking Socks, Bed Socks | knit | colour fit | 6-22 | 70
    Paper > For the desk > Notebooks | notebook / notebooks | Notebook, Journal, Exercise Book, Pocket Book | paper | colour ruling | 5-26 | 240
    Household > Kitchen > Bowls and plates | bowl or plate / bowls and plates | Bowl, Plate, Side Plate, Serving Bowl, Pasta Bowl | ceramic | colour | 8-60 | 600
    Clothing > Tops > Jumpers | jumper / jumpers | Jumper, Cardigan, Sweater, Roll Neck | knit | colour size | 38-160 | 480
    Household > Bedroom > Bed linen | set / sets | Duvet Cover, Pillowcase, Fitted Sheet, Bed Set | bedding | colour bed | 18-190 | 1300
    Light > Indoors > Table lamps | lamp / lamps | Table Lamp, Desk Lamp, Bedside Lamp, Reading Lamp | metal | colour | 32-240 | 1900
    Clothing > Tops > Shirts | shirt / shirts | Shirt, Overshirt, Blouse, Work Shirt | cloth | colour size | 32-110 | 260
    Household > Bedroom > Blankets and throws | blanket / blankets | Blanket, Throw, Bedspread, Quilt | textile | colour | 28-220 | 1400
    Outdoors > Garden > Plant pots | pot / pots | Plant Pot, Planter, Window Box, Hanging Pot | ceramic | colour width | 6-90 | 1500
    Clothing > Extras > Scarves | scarf / scarves | Scarf, Wrap, Neckerchief, Snood | knit | colour | 16-95 | 160
    Play > Toys > Wooden toys | toy / toys | Train, Stacking Toy, Pull Along, Rattle, Building Blocks, Farm Set | wood | - | 9-65 | 520
    Household > Living room > Candles | candle / candles | Candle, Pillar Candle, Tea Lights, Scented Candle | wax | scent | 5-48 | 380
    Paper > For the wall > Posters | poster / posters | Poster, Wall Chart, Travel Poster | paper | sheet | 8-45 | 90
    Clothing > Legs > Trousers | pair of trousers / pairs of trousers | Trousers, Chinos, Jeans, Work Trousers | cloth | colour size | 39-140 | 620
    Household > Kitchen > Boards and trays | board or tray / boards and trays | Serving Board, Chopping Board, Tray, Bread Board | wood | wood | 12-85 | 950
    Outdoors > On the way > Flasks and bottles | bottle / bottles | Flask, Water Bottle, Travel Mug, Tumbler | metal | colour volume | 14-48 | 340
    Clothing > Extras > Bags | bag / bags | Tote Bag, Backpack, Shoulder Bag, Pouch, Weekend Bag | canvas | colour | 9-180 | 700
    Play > Games > Puzzles | puzzle / puzzles | Puzzle, Jigsaw, Floor Puzzle | paper | pieces | 9-39 | 640
    Household > Living room > Vases | vase / vases | Vase, Bud Vase, Bottle Vase, Jug | ceramic | colour | 9-130 | 900
    Paper > For the desk > Cards | set of cards / sets of cards | Card Set, Greeting Card, Postcards, Thank You Cards | paper | - | 3-24 | 80
    Household > Living room > Rugs | rug / rugs | Rug, Runner, Door Mat, Hearth Rug | textile | colour width | 18-420 | 4200
    Clothing > Outer layers > Coats | coat / coats | Coat, Parka, Pea Coat, Duffle Coat | cloth | colour size | 90-390 | 1600
    Household > Bedroom > Towels | towel / towels | Bath Towel, Hand Towel, Guest Towel, Bath Sheet | bedding | colour | 7-45 | 560
    Light > Indoors > Pendants | pendant / pendants | Pendant, Pendant Light, Lampshade, Chandelier | metal | colour | 28-380 | 1700
    Outdoors > Garden > Garden tools | tool / tools | Trowel, Hand Fork, Secateurs, Watering Can, Dibber | metal | - | 8-75 | 540
    Clothing > Legs > Shorts | pair of shorts / pairs of shorts | Shorts, Swim Shorts, Running Shorts | cloth | colour size | 22-70 | 240
    Play > Toys > Soft toys | soft toy / soft toys | Bear, Rabbit, Elephant, Fox, Comforter, Hand Puppet | textile | - | 10-48 | 260
    Household > Kitchen > Pots and pans | pot or pan / pots and pans | Saucepan, Frying Pan, Casserole, Wok, Stock Pot | pans | volume | 24-230 | 2200
    Clothing > Extras > Hats | hat / hats | Beanie, Cap, Bucket Hat, Sun Hat | knit | colour | 14-60 | 120
    Outdoors > On the way > Picnic | picnic thing / picnic things | Picnic Blanket, Cool Bag, Picnic Basket, Hamper | canvas | colour | 16-140 | 1500
    Paper > For the desk > Diaries | diary / diaries | Diary, Planner, Wall Planner, Desk Calendar | paper | colour ruling | 9-34 | 300
    Light > Indoors > Floor lamps | floor lamp / floor lamps | Floor Lamp, Arc Lamp, Tripod Lamp | metal | colour | 79-480 | 6400
    Clothing > Outer layers > Raincoats | raincoat / raincoats | Raincoat, Cagoule, Poncho, Windbreaker | canvas | colour size | 45-210 | 720
    Play > Games > Board games | game / games | Board Game, Dominoes, Chess Set, Memory Game | wood | - | 12-90 | 980
    Paper > For parties > Gift wrap | roll / rolls | Gift Wrap, Wrapping Paper, Ribbon, Gift Bag | paper | - | 3-14 | 110
    Outdoors > Camping > Tents | tent / tents | Tent, Tarp, Bell Tent, Beach Shelter | canvas | colour | 60-690 | 5200
    Light > Outdoors > Lanterns | lantern / lanterns | Lantern, String Lights, Storm Lamp, Solar Light | metal | - | 9-95 | 800
    Outdoors > Camping > Sleeping bags | sleeping bag / sleeping bags | Sleeping Bag, Sleeping Mat, Camp Pillow | canvas | colour | 25-260 | 1300
    """.strip().splitlines()
]

MATERIALS = {
    "ceramic": ("Stoneware", "Porcelain", "Earthenware", "Terracotta", "Bone China", "Speckled Clay"),
    "wood": ("Oak", "Beech", "Walnut", "Ash", "Birch", "Maple", "Cherry", "Acacia", "Bamboo", "Olive Wood", "Lime Wood"),
    "textile": ("Cotton", "Linen", "Wool", "Velvet", "Hemp", "Jute", "Bouclé", "Corduroy", "Ikat", "Kilim"),
    "bedding": ("Cotton", "Linen", "Percale", "Sateen", "Flannel", "Bamboo", "Silk", "Waffle"),
    "jersey": ("Cotton", "Organic Cotton", "Merino", "Hemp", "Slub", "Piqué"),
    "knit": ("Wool", "Merino", "Cotton", "Cashmere", "Alpaca", "Lambswool", "Mohair", "Shetland"),
    "cloth": ("Cotton", "Linen", "Denim", "Twill", "Corduroy", "Chambray", "Flannel", "Canvas", "Seersucker", "Oxford"),
    "canvas": ("Canvas", "Waxed Cotton", "Nylon", "Ripstop", "Recycled Nylon", "Hemp", "Leather"),
    "metal": ("Steel", "Brass", "Copper", "Iron", "Enamel", "Aluminium", "Zinc", "Bronze"),
    "pans": ("Steel", "Cast Iron", "Copper", "Enamel", "Carbon Steel", "Aluminium"),
    "paper": ("Cotton Paper", "Recycled Paper", "Kraft", "Linen Board", "Washi", "Bamboo Paper"),
    "wax": ("Soy Wax", "Beeswax", "Rapeseed Wax", "Coconut Wax"),
}  # fmt: skip

COLOURS = [
    Value(name.lower().replace(" ", "-"), name, colour)
    for name, colour in {
        "White": "#fafafa", "Black": "#1c1c1e", "Navy": "#1d2a57", "Grey": "#8a8d91", "Oat": "#e3d9c6",
        "Sage": "#9caf88", "Rust": "#a5492a", "Sky": "#86bde6", "Mustard": "#d6a21e", "Forest": "#1e4d3f",
        "Rose": "#e3a5ad", "Charcoal": "#3a3d42", "Teal": "#0f8a94", "Clay": "#c6593b", "Plum": "#6d2e5b",
        "Lemon": "#f4e04d", "Coral": "#ff7a5c", "Mint": "#7ccfb4", "Brick": "#8c3b2a", "Lilac": "#c3aed6",
        "Olive": "#6b6b3a", "Sand": "#d9c7a3", "Cobalt": "#1f3fbf", "Cherry": "#a3162e",
    }.items()
]  # fmt: skip

# What may be chosen, by the slug that all goods share: what it is called, what several are called, its values.
AXES: dict[str, tuple[str, str, list[Value]]] = {
    "colour": ("Colour", "colours", COLOURS),
    "size": ("Size", "sizes", [Value(each.lower(), each) for each in ("XS", "S", "M", "L", "XL", "XXL")]),
    "fit": ("Size", "sizes", [Value("36-38", "36 to 38"), Value("39-41", "39 to 41"), Value("42-45", "42 to 45")]),
    "bed": ("Bed", "sizes", [Value(each.lower(), each) for each in ("Single", "Double", "King", "Super King")]),
    "sheet": (
        "Size",
        "sizes",
        [
            Value("a4", "A4", measures=(210, 297)),
            Value("a3", "A3", measures=(297, 420)),
            Value("a2", "A2", measures=(420, 594)),
            Value("a1", "A1", measures=(594, 841)),
        ],
    ),
    "width": ("Width", "widths", [Value(f"{cm}-cm", f"{cm} cm") for cm in (30, 45, 60, 90)]),
    "volume": ("Volume", "volumes", [Value(f"{ml}-ml", f"{ml} ml") for ml in (250, 350, 500, 750, 1000, 1500)]),
    "pieces": ("Pieces", "sizes", [Value(f"{count}-pieces", f"{count} pieces") for count in (100, 250, 500, 1000)]),
    "wood": ("Wood", "woods", [Value(each.lower(), each) for each in ("Oak", "Walnut", "Beech", "Ash", "Cherry")]),
    "ruling": ("Ruling", "rulings", [Value(each.lower(), each) for each in ("Plain", "Lined", "Dotted", "Squared")]),
    "scent": ("Scent", "scents", [
        Value(each.lower().replace(" ", "-"), each)
        for each in ("Unscented", "Fig", "Cedar", "Sea Salt", "Bergamot", "Tomato Leaf", "Smoke", "Lavender")
    ]),
}  # fmt: skip

# What the shop calls its own lines; the first stands in nearly a third of all names.
LINES = ("Essential", "Studio", "Heritage", "Atelier", "Workshop", "Coastal", "Nordic", "Folk", "Almanac", "Harvest")

ADJECTIVES = tuple(
    """
    Ribbed Striped Plain Checked Speckled Soft Hand-Thrown Woven Quilted Brushed Reversible Fluted Glazed Washed
    Chunky Slim Oversized Folding Stackable Fringed Embroidered Printed Lined Padded Waxed Recycled Double Tall Short
    Round Oval Square Curved Tapered Pleated Gathered Knotted Braided Tufted Felted Carved Turned Hammered Polished
    Matt Satin Frosted Etched Engraved Painted Dyed Marbled Mottled Dotted Dappled Faded Bright Muted Pale Dark Deep
    Warm Cool Fine Coarse Heavy Light Featherweight Insulated Waterproof Windproof Breathable Seamless Cable Raglan
    Cropped Long Wide Narrow Deep-Pile Flat-Weave Open-Weave Hooded Buttoned Zipped Belted Collared Pocketed
    Everyday Weekend Winter Summer Spring Autumn Midnight Morning Evening Little Grand Tiny Mini Travel Garden
    Kitchen Hearth Cabin Harbour Meadow Market Picnic Nursery Library Sailor Fisherman Farmhouse Railway Gallery
    Scalloped Crimped Pinched Dimpled Faceted Ridged Grooved Latticed Slatted Panelled Patchwork Herringbone Gingham
    Tartan Houndstooth Pinstripe Paisley Floral Botanical Geometric Abstract Celestial Nautical Alpine Woodland Rustic
    """.split()
)

NATURE = tuple(
    """
    Heron Bracken Thistle Willow Fern Clover Hazel Juniper Rowan Alder Sorrel Teasel Yarrow Bramble Nettle Foxglove
    Campion Bluebell Primrose Cowslip Harebell Speedwell Tansy Mallow Vetch Sedge Reed Rush Moss Lichen Heather Gorse
    Curlew Plover Lapwing Dunlin Teal Wigeon Gannet Puffin Fulmar Kestrel Merlin Osprey Harrier Swift Swallow Martin
    Wagtail Dipper Wren Robin Linnet Siskin Bunting Finch Starling Magpie Jackdaw Raven Rook Nightjar Barn-Owl Cuckoo
    Otter Badger Hare Vole Stoat Marten Hedgehog Squirrel Fallow Roe Shrew Dormouse Pipistrelle Seal Dolphin Porpoise
    Mackerel Herring Pollock Trout Salmon Grayling Perch Pike Tench Minnow Oyster Cockle Mussel Limpet Periwinkle
    Tide Estuary Headland Cove Inlet Shingle Dune Saltmarsh Lagoon Reef Skerry Sound Firth Loch Tarn Beck Burn Brook
    Weir Ford Mere Fen Moor Fell Crag Scree Ridge Combe Dale Glen Strath Copse Spinney Thicket Orchard Hedge Meadowsweet
    Hawthorn Blackthorn Elder Spindle Dogwood Aspen Poplar Sycamore Hornbeam Larch Spruce Cedar Cypress Yew Holly Ivy
    Thyme Rosemary Fennel Dill Chervil Borage Lovage Hyssop Marjoram Angelica Saffron Quince Medlar Damson Greengage
    Cobnut Chestnut Acorn Sloe Bilberry Cranberry Mulberry Barley Rye Spelt Buckwheat Flax Teff Millet
    Zephyr Squall Drizzle Mist Frost Thaw Dew Hail Rainbow Solstice Equinox Comet Nebula Aurora Eclipse Meteor
    """.split()
)

# Names of series are put together of these: Morlind, Tavaro, Brenwick.
STARTS = tuple(
    "Ar Bel Bren Cal Cor Dal Dor El Fal Fen Gar Hal Has Ilm Jor Kel Kir Lan Lin Mar Mor Nor Ol Or Pel Quin Ras Ril Sel "
    "Sil Sol Tal Tor Tul Ul Val Var Vel Wend Yor Zan Ast Eb Hum".split()
)
MIDDLES = ("a", "e", "i", "o", "u", "and", "ber", "den", "el", "ing", "mar", "on", "os", "un", "vi", "")
ENDS = tuple(
    "by ck da fell gar ham ira keld la lind low mere na nor nwick ra ren ro sa sey ssa stad ta thorpe to va vik wick "
    "wold za".split()
)
SERIES = 6000

COUNTRIES = ("Portugal", "England", "Denmark", "Italy", "India", "Wales", "Sweden", "Japan", "France", "Poland",
             "Lithuania", "Scotland", "Spain", "Turkey")  # fmt: skip
STYLES = ("Plain", "Country", "Modern", "Scandinavian", "Vintage", "Playful", "Industrial", "Coastal", "Classic")
ROOMS = ("Kitchen", "Bedroom", "Living room", "Bathroom", "Hall", "Nursery", "Study", "Garden")
CARES = (
    "Wash at 30 degrees.",
    "Wash at 40 degrees, line dry.",
    "Wipe with a damp cloth.",
    "Hand wash, dry flat.",
    "Safe in the dishwasher.",
    "Oil it once a year.",
    "Keep out of the rain.",
)

SUMMARIES = (
    "A {adjective} {noun} in {material}, made in small runs.",
    "{material}, and nothing else. A {noun} for every day of the week.",
    "The {noun} we reach for first: {material}, {adjective}, and easy to look after.",
    "Named after the {nature}. A {adjective} {noun} that gets better with use.",
    "A {noun} with a story: {material} from {country}, finished by hand.",
    "{adjective} {material}, cut generously. It makes a good present, and a better habit.",
)
SENTENCES = (
    "We have worked with the same family in {country} for eleven years, and it shows in the edges.",
    "The {material} comes from a mill that runs on the water beside it.",
    "Each {noun} is checked twice, once by a machine and once by Margaret.",
    "The colour is that of a {nature} in late October.",
    "It is {adjective} without making a fuss about it.",
    "No two are quite alike; that is how you know somebody made them.",
    "It arrives in a plain box with no plastic at all.",
    "The pattern was drawn on a train between two meetings and has not been changed since.",
    "Ours goes through a hard life: children, a dog, and a draughty hall.",
    "If anything comes loose within ten years, send it back and we mend it.",
    "It goes well with the {nature}, which we drew the same winter.",
    "The {noun} weighs less than it looks.",
    "{material} ages well: give it a year before you judge it.",
    "We tried nine versions. This is the third, which we should have known.",
    "Left in the sun it fades a little, and most people like it better then.",
    "Designed in {country}, where they know about {noun} weather.",
)

FIRST_NAMES = tuple(
    "Maya Tom Priya Oliver Amelia Noah Isla George Ava Leo Mia Arthur Freya Oscar Grace Harry Lily Theo Sophie Jack "
    "Zara Finn Ruby Adam Nina Omar Chloe Ben Hannah Ravi Emma Luke Erin Sam Aisha Dylan Holly Ewan Megan Callum".split()
)
LAST_NAMES = tuple(
    "Lindqvist Smith Jones Patel Taylor Brown Williams Khan Davies Evans Wilson Thomas Roberts Johnson Lewis Walker "
    "Robinson Wood Thompson White Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke James Morgan Hughes "
    "Edwards Hill Moore Clark Harrison Scott Young Morris Hall Ward Turner Carter Phillips Mitchell Begum Singh "
    "Campbell Anderson Allen Cook Bailey Parker Miller Shah Murphy Ahmed Hussain".split()
)
STREETS = ("High Street", "Station Road", "Church Lane", "Mill Road", "Harbour Row", "Park Avenue", "Victoria Street",
           "Orchard Close", "Green Lane", "King Street", "The Crescent", "Bridge Street")  # fmt: skip
TOWNS = (
    ("Bristol", "BS1 4DJ"), ("London", "E8 3PH"), ("Leeds", "LS1 4AP"), ("Glasgow", "G1 2FF"), ("Cardiff", "CF10 1EP"),
    ("Norwich", "NR2 1RL"), ("Sheffield", "S1 2HH"), ("Exeter", "EX1 1HS"), ("Belfast", "BT1 5GS"), ("York", "YO1 7HH"),
    ("Brighton", "BN1 1UB"), ("Newcastle upon Tyne", "NE1 7RU"), ("Edinburgh", "EH1 1YZ"), ("Bath", "BA1 1SU"),
)  # fmt: skip

OPINIONS: dict[int, tuple[tuple[str, str], ...]] = {
    5: (
        ("Lovely", "Just as in the picture, and it came a day early."),
        ("Bought a second one", "The first one was borrowed by my sister and has not come back."),
        ("Better than I hoped", "You notice the quality as soon as you hold it."),
        ("", "Perfect. The box went straight into the recycling."),
    ),
    4: (
        ("Very good", "The colour is a little darker than on my screen, but I like it."),
        ("Well made", "A bit more than I wanted to spend. I do not regret it."),
    ),
    3: (("It is fine", "Good quality, but smaller than I thought. Do look at the measurements."),),
    2: (("Not for me", "It took ten days to arrive and then it was the wrong shade for our room."),),
    1: (("Sent it back", "One seam was open when it arrived. The refund was quick, I will say that."),),
}
