"""What the customers of Fathom & Fold said, in their own words and in pieces to make more of. Data only.

In the pieces `{things}` is what the picture shows, `{ink}` one of its inks, `{room}` and `{who}` a place and a person.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    stars: int
    title: str
    text: str
    bought: str = ""
    """Choices it speaks of, by slug: "a2 oak"; `framed` is any frame."""
    reply: str = ""
    author: str = ""


# How many gave one star, two, three, four and five. Goods that are not named have no reviews.
TALLIES: dict[str, tuple[int, int, int, int, int]] = {
    "seven-ridges": (0, 1, 3, 22, 187),
    "tidewater": (0, 1, 2, 8, 45),
    "crosswind": (0, 0, 1, 6, 27),
    "weimar-blocks": (0, 0, 2, 7, 39),
    "lattice": (0, 0, 1, 5, 22),
    "hedgerow": (0, 0, 1, 6, 31),
    "two-hums": (0, 1, 3, 7, 18),
    "seedhead": (0, 0, 1, 4, 30),
    "seigaiha": (0, 0, 1, 6, 42),
    "warp-and-weft": (0, 0, 1, 4, 16),
    "still-life-noon": (0, 0, 1, 5, 38),
    "two-arches": (0, 1, 1, 4, 31),
    "terrazzo": (0, 0, 2, 5, 24),
    "quiet-orbit": (0, 0, 0, 6, 45),
    "seigaiha-notebook": (0, 0, 1, 5, 42),
    "terrazzo-notebook": (0, 1, 1, 4, 21),
    "weave-notebook": (0, 0, 1, 2, 8),
    "lattice-notebook": (0, 0, 1, 3, 19),
    "ridges-notebook": (0, 0, 0, 5, 31),
    "blocks-notebook": (0, 0, 1, 3, 13),
    "terrazzo-pair": (0, 0, 0, 2, 12),
    "arches-set": (0, 0, 0, 4, 29),
    "botanical-set": (0, 0, 1, 3, 24),
    "blocks-set": (0, 0, 1, 2, 13),
    "ridges-set": (0, 0, 0, 2, 10),
    "seedhead-single": (0, 0, 0, 1, 2),
    "thank-you-noon": (0, 0, 0, 3, 22),
    "lattice-mug": (0, 1, 1, 3, 16),
    "ridge-mug": (1, 0, 1, 5, 34),
    "seigaiha-mug": (0, 0, 1, 4, 25),
    "terrazzo-mug": (0, 1, 1, 3, 14),
    "arches-mug": (0, 0, 1, 2, 11),
    "wall-calendar-2027": (0, 0, 1, 2, 11),
    "birthday-calendar": (0, 0, 0, 3, 17),
    "terrazzo-wrap": (0, 0, 1, 2, 12),
    "seigaiha-wrap": (0, 0, 0, 2, 9),
    "weave-wrap": (0, 0, 1, 1, 5),
    "dots-wrap": (0, 0, 0, 1, 4),
}

# Of one good, the newest first.
OWN: dict[str, tuple[Said, ...]] = {
    "seven-ridges": (
        Said(
            5,
            "Looks printed",
            "The grain is gorgeous up close. It looks printed, because it is.",
            bought="a2 oak",
            author="Maya R.",
        ),
        Said(
            5,
            "Opposite the kitchen window",
            "It changes all day. Best at about eight in the morning, when the real sun reaches the printed one.",
            bought="a2",
        ),
        Said(
            4,
            "Mind the glare",
            "The acrylic picks up the window in the afternoon. I moved it to the side wall and it’s fine there. "
            "The print itself I would not change.",
            bought="framed",
        ),
        Said(5, "", "Second one. The first went to my mother and did not come back."),
        Said(
            5,
            "Bigger than I pictured",
            "Measured the wall, cut an A1 out of newspaper, was still surprised by how much room it takes. "
            "Glad I went up a size.",
            bought="a1",
        ),
        Said(5, "", "My daughter counted the ridges. There are seven."),
        Said(
            5,
            "The overlap",
            "What you can’t see online is the strip where the mint goes over the navy and turns a deep green. "
            "I keep looking at that strip.",
        ),
        Said(
            3,
            "Good print, slow that week",
            "The print is what I hoped for. It took nine days to arrive and the tracking said nothing for five of "
            "them.",
            reply="You are right, that was too slow. A batch left us two days late that week and then sat in a depot. "
            "We have refunded your postage, and we are sorry for the silence.",
        ),
        Said(
            5,
            "Frame is proper wood",
            "Half expected veneer. It’s solid, the corners are tight and it has the weight to prove it.",
            bought="framed",
        ),
        Said(
            5,
            "Quiet",
            "We wanted one thing over the sofa that nobody would get tired of. Eight months in, nobody has.",
        ),
        Said(4, "Wanted a wider mount", "I wish the mount were wider, but the print is lovely.", bought="a4 framed"),
        Said(5, "For a new flat", "First thing I put up, before the curtains. The flat still has no curtains."),
        Said(
            5,
            "Framed it ourselves",
            "Fits a standard A3 frame from the high street, so the print was the only expense. Lovely heavy paper.",
            bought="a3 none",
        ),
        Said(
            5,
            "Reminds us of the Cairngorms",
            "It isn’t a real place, I know. We got engaged in the Cairngorms, and that’s what we see.",
        ),
        Said(
            2,
            "Dented corner",
            "The frame came with a dent in one corner. The print is fine, but you do notice it.",
            bought="a3 framed",
            reply="Sorry, that should have been stopped at the packing bench. A new one went out the next morning, "
            "and there was no need to send the first one back. All four corners travel with guards now.",
        ),
        Said(5, "", "Exactly as shown. Nothing to add."),
        Said(
            5,
            "In the waiting room",
            "I’m a GP. Patients ask me where it’s from more often than they ask about their results.",
            bought="a1",
        ),
        Said(4, "", "Great picture. Somebody had sat on the tube; the print inside was fine.", bought="none"),
        Said(
            5,
            "Good with grey",
            "Our sitting room is grey all over and this is the only warm thing in it. It does the job of a lamp.",
        ),
        Said(5, "", "The A4 is small, but it holds a shelf by itself.", bought="a4"),
        Said(
            3,
            "Too much for a small room",
            "At A1 it fills our box room. My own fault, but a picture of each size in a real room would have helped.",
            bought="a1",
            reply="That is fair. There is a drawing of every size above a sofa among the pictures now, because you and "
            "two others wrote the same.",
        ),
        Said(5, "Wedding present", "Gave it to friends who walk. They sent a photo of it hanging above their boots."),
        Said(
            5, "White was right", "I dithered between oak and white. White makes the sun look redder.", bought="white"
        ),
        Said(
            4,
            "Redder than on my phone",
            "On my phone the sun was orange; on paper it’s red. I prefer it now, but it’s as well to know.",
        ),
        Said(5, "", "Bought after a week of looking at it in an open tab."),
        Said(
            5,
            "Walnut",
            "The walnut is darker than in the picture and goes well with an old sideboard.",
            bought="walnut",
        ),
        Said(
            5,
            "Well packed",
            "Corner guards, board, then a box inside a box. It took longer to unpack than to hang.",
            bought="framed",
        ),
        Said(5, "", "My partner says it’s the only thing I’ve bought this year that we both like."),
        Said(
            4,
            "Bring your own hook",
            "Very good print. It is ready to hang, but there’s no hook in the box and I’d assumed there would be one.",
            bought="framed",
        ),
        Said(5, "", "There’s a bit of light along the third ridge that I think is just bare paper. Clever."),
        Said(
            3,
            "Dark at the foot",
            "The lowest two ridges run together in the evening. By day it’s lovely.",
        ),
        Said(5, "", "Came rolled in a stout tube. One night under the atlas and it was flat.", bought="none"),
        Said(5, "Fourth house, same picture", "It’s the first box I unpack now."),
    ),
    "tidewater": (
        Said(5, "", "I touched it to see whether the layers were real. So has everybody since."),
        Said(
            5,
            "From a harbour pilot",
            "I read charts for a living and this one would run you aground, but I’m very fond of it.",
            bought="a2",
        ),
        Said(
            2,
            "Not the blue I saw",
            "Online it looked nearly turquoise. What came is a good deal darker. Well made, but not for our bathroom.",
            reply="The middle of Tidewater is the deepest blue we print, and screens differ. We have made the first "
            "picture a little darker so that it promises less, and yours has been refunded.",
        ),
        Said(
            5,
            "The shadows",
            "They’re printed. I had to take it off the wall to be sure. White frame keeps it light.",
            bought="white",
        ),
        Said(4, "", "Beautiful at the edges, a bit heavy in the middle. Give it a bright wall."),
        Said(
            3,
            "Fine, not finer",
            "It’s good, but from our sofa it’s simply blue. You need to stand near it.",
            reply="True. It was drawn for a hall, where people pass close by. If you would like to swap it for "
            "something that carries further, write to us.",
        ),
    ),
    "crosswind": (
        Said(5, "Found both", "It took a week, but we have found the two places where the wind turns round."),
        Said(5, "", "Hypnotic on the stairs. The A3 is the right size for a landing.", bought="a3"),
        Said(4, "", "The coral is quieter than I expected. Still the best thing in the study."),
    ),
    "weimar-blocks": (
        Said(
            5,
            "For a nursery that isn’t pastel",
            "Our son is eight months old and this is the only thing he looks at apart from the cat.",
        ),
        Said(5, "", "The yellow falls exactly where the room needed it, as the text says. Annoyingly accurate."),
        Said(
            3,
            "A corner is blank",
            "One of the cells is empty and it bothers me more than it should.",
            reply="It is the program’s favourite cell and it left it alone. If it keeps bothering you, we’ll take it "
            "back, with no hard feelings on either side.",
        ),
        Said(5, "Architect’s office", "Three clients have asked. I now say it was expensive.", bought="a1"),
    ),
    "lattice": (
        Said(5, "", "I followed the long loop with a finger. It does come home, somewhere behind the sofa."),
        Said(4, "Two clips, no frame", "Hung from two bulldog clips and it looks deliberate.", bought="none"),
    ),
    "hedgerow": (
        Said(5, "", "I keep bees and know my hedges. This is none of them and all of them."),
        Said(
            5,
            "Misses on purpose",
            "The colour sits a hair off the line. I sent a photo to ask if that was a fault. It isn’t, and now I "
            "can’t imagine it straight.",
            reply="We were glad you asked. It is the one thing about our press that we would never mend.",
        ),
        Said(4, "", "I’d like an A1 of this one. The A2 is beautiful but shy.", bought="a2"),
    ),
    "two-hums": (
        Said(5, "It moves", "It moves when you walk past. The dog has been told."),
        Said(
            2,
            "Could not live with it",
            "It made me slightly seasick above the desk. Clever, and a good print, but I had to take it down.",
            reply="We are sorry. It is best where you pass it and worst where you sit and look, and the page says so "
            "now. Your refund is on its way.",
        ),
        Said(4, "", "Top of the stairs, as they suggest. It would be too much anywhere else."),
        Said(3, "Clever rather than nice", "I admire it. I’m not sure I like it.", bought="a2"),
    ),
    "seedhead": (
        Said(5, "", "I teach maths. It hangs over the whiteboard and I get a whole lesson out of it every year."),
        Said(5, "Walnut is the one", "The walnut picks up the dark dots in the middle.", bought="walnut"),
        Said(4, "", "Would love it larger. The small dots deserve it."),
    ),
    "seigaiha": (
        Said(
            5,
            "From somebody who grew up with it",
            "My grandmother had this pattern on everything from teacups to futon covers. The orange at the foot is "
            "new, and she’d have approved.",
        ),
        Said(5, "", "Calm. That’s all I wanted and that’s what it is.", bought="a1"),
        Said(4, "", "One or two waves have gone their own way. My husband wants to correct them with a pen."),
    ),
    "warp-and-weft": (
        Said(5, "", "I weave, and yes, you could. Over two, under two, I checked a hand’s width of it."),
        Said(4, "", "Stripes from afar, threads from near. Needs good light."),
    ),
    "still-life-noon": (
        Said(
            5,
            "The real thing",
            "Arrived flat, square and a day early. The oak frame is the real thing.",
            bought="oak",
            author="Tom H.",
        ),
        Said(5, "", "It’s the pink table that does it. Our kitchen had been waiting for that pink."),
        Said(3, "Loud", "A quiet picture with loud colours, they say. Here it’s mostly the second half."),
        Said(5, "Lunch", "It hangs by the table and we do, in fact, stop for lunch more often.", bought="walnut"),
    ),
    "two-arches": (
        Said(5, "The rainbow one", "The children call it the rainbow one. They’ve been warned that you said so."),
        Said(
            2,
            "Arrived creased",
            "A crease right across the upper arch. It must have been rolled like that, the tube was perfect.",
            bought="none",
            reply="That one should never have been rolled. Another went out on the same day, and the printer who "
            "packed it has seen your photo and says sorry too.",
        ),
        Said(5, "", "There’s a fifth colour where they cross. I’d missed it online and it’s the best one."),
    ),
    "terrazzo": (
        Said(5, "", "It makes our rented kitchen look as if somebody had planned it."),
        Said(4, "", "Cheerful. Perhaps half a size too cheerful for the bedroom, so it’s in the hall."),
        Said(
            3,
            "Smaller chips than in the photo",
            "In the A4 the chips are really rather small. I should have taken the A3.",
            bought="a4",
        ),
    ),
    "quiet-orbit": (
        Said(5, "Worth the wait", "It was sold out twice when I looked. Glad I waited."),
        Said(
            5,
            "Very dark, in the good way",
            "The navy drinks the light. At night only the little sun is left.",
            bought="black",
        ),
        Said(
            5,
            "",
            "My son worked out which evening it shows. He says it’s none, and that it could be any. He is nine.",
        ),
        Said(4, "Fingerprints", "A dark sheet shows every fingerprint, so mind how you frame it.", bought="none"),
    ),
    "seigaiha-notebook": (
        Said(5, "", "Bought one notebook. Went back for five.", author="Ines P."),
        Said(
            5,
            "Opens flat, really",
            "Every notebook claims it. This one does it on page one, with no cracking and no paperweight.",
            bought="dotted",
        ),
        Said(4, "", "The elastic was tight for the first week. It has relaxed since, and so have I."),
        Said(3, "Ghosting", "My fountain pen shows through a little. In pencil it’s perfect.", bought="plain"),
    ),
    "terrazzo-notebook": (
        Said(5, "", "I lose notebooks. I have not lost this one yet, and that’s five months."),
        Said(
            2,
            "Spine came loose",
            "After three weeks in my bag the cloth came away from the spine at the foot.",
            reply="It should last years, not weeks. We have sent you a new one and put yours under the microscope: the "
            "glue had been laid too thin in that batch, and we have thrown out the rest of it.",
        ),
        Said(4, "Coffee, within reason", "Tested. It wipes off the cover. It does not wipe off the pages."),
    ),
    "weave-notebook": (
        Said(5, "", "There was no picture and I ordered it all the same. It looks like the print."),
        Said(4, "", "A photo would help. I liked what came, but I was guessing."),
    ),
    "lattice-notebook": (
        Said(5, "Meetings", "Tracing one loop takes as long as an agenda. I can confirm that."),
        Said(3, "", "Good notebook. The navy rubs off on a pale bag for the first days.", bought="a5"),
    ),
    "ridges-notebook": (
        Said(
            5,
            "Coat pocket",
            "The A6 lives in my coat and has been up eleven Munros. The corners are round anyway, so it shows little.",
            bought="a6",
        ),
        Said(4, "", "Lovely paper. A pocket at the back for tickets would make it perfect."),
    ),
    "blocks-notebook": (
        Said(5, "", "Mine will not come back, says the page. Neither will I lend it."),
        Said(4, "", "The red spine is what you see on the shelf, and it’s a good red."),
    ),
    "terrazzo-pair": (
        Said(5, "One to keep", "One to keep, one to give. I have kept both."),
        Said(5, "", "The paper band makes it a present already. My sister got the navy one."),
    ),
    "arches-set": (
        Said(5, "For a Tuesday", "Sent one on a Tuesday, as suggested. Got a phone call on the Thursday.", bought="6"),
        Said(5, "", "No words on the front, so it works for a christening and for a driving test."),
        Said(4, "", "Sold out whenever I need more. Otherwise no complaint."),
    ),
    "botanical-set": (
        Said(
            5,
            "For a hard letter",
            "I needed a card that says nothing and means well. This was it.",
            bought="single",
        ),
        Said(3, "Thin envelopes", "Beautiful cards. I’d like the envelopes to be as heavy.", bought="12"),
    ),
    "blocks-set": (
        Said(5, "", "Still on her shelf, and her birthday was in spring."),
        Said(3, "Corner", "Two of the twelve had a soft corner. The rest are perfect.", bought="12"),
    ),
    "ridges-set": (
        Said(5, "", "Sent to my aunt in hospital. The nurses passed it round."),
        Said(4, "", "No two printings the same green, they say. My two packs prove it."),
    ),
    "seedhead-single": (
        Said(5, "", "One card for one person. I liked that I didn’t have to buy six."),
        Said(4, "", "Very fine dots. I’d buy a pack if there were one."),
    ),
    "thank-you-noon": (
        Said(5, "Forty thank-yous", "Wrote forty after the wedding. I never grew sick of looking at it.", bought="12"),
        Said(4, "", "The inside takes ink well, but the picture goes right to the fold, so start a line lower."),
    ),
    "lattice-mug": (
        Said(5, "", "I checked: the loops do join up at the handle.", bought="pine"),
        Said(
            2,
            "Chipped",
            "A chip in the foot, under the glaze, so it must have left you like that.",
            reply="It did, and we have looked at how. Mugs are turned over before packing now. A new one is with you, "
            "and the chipped one makes a good pot for pens.",
        ),
        Said(3, "", "Nice to look at. The handle is small for my hand."),
    ),
    "ridge-mug": (
        Said(
            5,
            "Mornings",
            "Turn it a quarter each day and you have something new to look at over breakfast.",
            bought="coral",
        ),
        Said(
            1,
            "Arrived in three pieces",
            "Sent as a present, opened in front of everybody, in three pieces.",
            reply="We are so sorry, and sorrier that you had an audience. A new mug went out at once in the thicker "
            "box that all our mugs travel in now, with a card for the birthday.",
        ),
        Said(4, "", "Keeps tea hot for as long as I need. A saucer would be nice."),
        Said(3, "Fading?", "After a year of dishwashers the sun is a little paler. The hills are fine."),
    ),
    "seigaiha-mug": (
        Said(5, "", "The handle takes three fingers, and that is how many I have for it."),
        Said(5, "Heavy, in a good way", "You know you’re holding a mug.", bought="navy"),
        Said(3, "", "Good mug, but the inside is darker than I’d thought, and you can’t see how strong the tea is."),
    ),
    "terrazzo-mug": (
        Said(5, "", "Hides tea stains better than most. We have tested it against all the others.", bought="navy"),
        Said(
            2,
            "Not a pair",
            "I ordered a second one to match and the pattern is quite different.",
            reply="Each batch is scattered anew, which we like and should have said louder. The page says so now. Send "
            "it back at our cost, or keep it as the cousin at half the price: we have refunded the other half.",
        ),
        Said(4, "", "Cheerful. It shows its foot ring on a white table, so I use a mat."),
    ),
    "arches-mug": (
        Said(5, "", "You can feel the bands with your thumb. I do it in every call."),
        Said(3, "", "Lovely print, a bit small for builder’s tea.", bought="coral"),
    ),
    "wall-calendar-2027": (
        Said(5, "Weeks start on Monday", "And the bank holidays are right for Scotland. Sold."),
        Said(5, "", "Put it up early because I couldn’t wait. January is a cold blue and very good."),
        Said(
            3,
            "Boxes are small",
            "Beautiful, but with four of us the boxes are too small for all that happens.",
            reply="With four people any box would be. The desk calendar has a line for each day, and some families "
            "use both. Thank you for saying it kindly.",
        ),
        Said(4, "", "Needs a longer nail than you think; the paper is heavy."),
    ),
    "birthday-calendar": (
        Said(5, "", "I haven’t missed a birthday since. My family suspects a computer."),
        Said(
            5,
            "Inside of the larder door",
            "Tall and narrow, so it fits where nothing else does. I counted the leaves in February: 29.",
        ),
        Said(4, "", "Takes pencil well, ink a little less. Fair enough for something you may have to amend."),
    ),
    "terrazzo-wrap": (
        Said(5, "", "Wrapped a bicycle helmet. Nobody could tell which way was up, which is the point."),
        Said(3, "", "Good paper, but three sheets are soon gone.", bought="3"),
    ),
    "seigaiha-wrap": (
        Said(5, "", "Cut along a row of waves and the edge is straight. It works."),
        Said(4, "", "With string it looks splendid. With ribbon it’s too much."),
    ),
    "weave-wrap": (
        Said(5, "", "Wide enough for a framed A4, as promised. I had one to hand."),
        Said(3, "Pinker than I thought", "The red is really a pink. My mother liked it.", bought="3"),
    ),
    "dots-wrap": (
        Said(5, "", "The best thing under the tree was on the outside."),
        Said(4, "", "Would like it in green as well."),
    ),
}

# Of anything on a shelf. Each is said once, of one of its goods.
SHELF: dict[str, tuple[Said, ...]] = {
    "art-prints": (
        Said(5, "As good as they say", "The description is modest and the print lives up to it."),
        Said(5, "", "Somebody has thought about every part of this, down to the paper tape."),
        Said(5, "Hall", "The hall had a bare wall for six years. It took ten minutes to mend that."),
        Said(5, "Gallery wall", "Went between two family photographs and makes both look better.", bought="a4"),
        Said(5, "", "I work from home and it’s what people see behind me. I get asked about it in most calls."),
        Said(5, "Easy return", "Ordered the wrong size, sent it back, had the right one within the week."),
        Said(5, "", "Ink you can nearly feel. It isn’t like the glossy posters I had before."),
        Said(5, "Retirement present", "We all chipped in for a big one. He hung it in the shed, which is an honour."),
        Said(5, "", "Three months on a sunny wall and no fading that I can see."),
        Said(
            5, "Straight out of the box", "Hung it, stepped back, done. Wire and bumpers on already.", bought="framed"
        ),
        Said(5, "", "Not cheap and not meant to be. You can tell where the money went."),
        Said(
            5,
            "A question, answered",
            "Wrote to ask which frame goes with pine floors. A person wrote back, with a photo. Oak, since you ask.",
            bought="oak",
        ),
        Said(5, "", "My flatmate moved out and tried to take it."),
        Said(5, "For my own office", "Twenty years of other people’s calendars on the wall, and now this."),
        Said(5, "", "The tube is sturdier than my umbrella. The print came out without a mark.", bought="none"),
        Said(5, "Small but sure", "Stands on the mantelpiece and needs no nail.", bought="a4 framed"),
        Said(5, "", "I like knowing that a program drew it and a person pressed it."),
        Said(5, "Arrived before the guests", "Ordered on Monday for a Saturday party. It was here on Thursday."),
        Said(
            5,
            "Long look",
            "I sat opposite it with a cold for three days and did not get bored, which is more than I can say for "
            "anything else in the house.",
        ),
        Said(5, "", "No smell, no plastic, no fuss."),
        Said(4, "Frame is lovely, delivery so-so", "Left in the rain by the courier. The box held.", bought="framed"),
        Said(4, "", "The black frame shows dust. The print doesn’t.", bought="black"),
        Said(4, "Good, but measure", "Sizes are of the sheet and not of the frame. I had to move a light switch."),
        Said(4, "", "Took a while to uncurl. After two nights under books it behaved.", bought="none"),
        Said(4, "Just short", "I’d have given five if there were a size between A3 and A2."),
        Said(4, "", "Very good quality. The wire at the back was a bit slack, so it leans forward.", bought="framed"),
        Said(4, "Nearly", "Paler than I’d thought in the evening, exactly right by day."),
        Said(
            3,
            "Postage",
            "The print is good. Paying nearly as much again for postage to Portugal is less good.",
            reply="We know, and we would rather it were less. Rolled prints go for a third of what a framed one "
            "costs to send; write to us before the next one and we will work it out together.",
        ),
        Said(3, "", "Nice enough. I expected a deeper frame for the price.", bought="framed"),
        Said(
            3,
            "A speck",
            "There is a dark speck near the edge. You have to look for it, and I did.",
            reply="Thank you for the photo. It is a fleck of cotton in the paper; we like them, but not everybody "
            "must. We have offered you another sheet.",
        ),
        Said(3, "", "Fine, but on our yellow wall it looks lost. Will try the bedroom."),
    ),
    "notebooks": (
        Said(5, "Good paper", "Fountain pen, broad nib, no feathering.", bought="plain"),
        Said(5, "", "Dots are pale enough to disappear once there’s writing on them.", bought="dotted"),
        Said(5, "Diary", "A page a day since New Year and the spine hasn’t complained."),
        Said(5, "", "I buy one whenever I start something. This is my sixth start."),
        Said(5, "For a student", "She takes it to lectures and leaves the laptop at home."),
        Said(5, "", "The ribbon is long enough to be of use, which most aren’t."),
        Said(5, "Left-handed", "It lies flat on both sides, and that is rare luck for us."),
        Said(5, "", "Fits the back pocket of my jeans and has survived it.", bought="a6"),
        Said(5, "Lined, at last", "Lines that are neither a motorway nor a magnifying glass apart.", bought="lined"),
        Said(5, "", "My recipes are in it. It wipes clean, up to a point."),
        Said(4, "", "Would like page numbers. Everything else is there."),
        Said(4, "Nearly my favourite", "The corners have softened after two months of rucksack."),
        Said(4, "", "A little heavier than my old ones. The paper is worth it."),
        Said(
            3,
            "Wrong ruling",
            "I got plain and had ordered dotted. Sorted out, but it cost me a week.",
            bought="dotted",
            reply="Our mistake: two piles that look alike from the outside. They are on separate shelves now. Keep "
            "the plain one.",
        ),
        Said(3, "", "Nice cover. Inside it is a notebook like others."),
    ),
    "cards": (
        Said(5, "Heavy card", "It stands up by itself and stays up."),
        Said(5, "", "I keep a pack in the drawer and have not been caught out since.", bought="12"),
        Said(5, "Blank inside", "Thank you for not telling me what to feel."),
        Said(5, "", "Good envelopes: the flap sticks at the first lick and stays stuck."),
        Said(5, "Framed one", "My friend framed the card. I wrote too little on it, evidently."),
        Said(5, "", "Fits a standard letter stamp. I checked before I wrote twelve.", bought="12"),
        Said(5, "", "Ink dries quickly on the inside, even for a lefty."),
        Said(5, "Better than a bought card", "It is a bought card, of course. It doesn’t look like one."),
        Said(4, "", "Slightly larger than my other cards, so they don’t share a box."),
        Said(4, "Good", "The kraft envelope is hard to write on in pale ink."),
    ),
    "mugs": (
        Said(5, "", "It has been through the dishwasher every night since summer and looks new."),
        Said(5, "Fits the machine", "It does go under the coffee machine. They measured; so did I."),
        Said(5, "", "The office knows whose it is, and that’s what a mug is for."),
        Said(5, "Pine", "The green inside makes milky coffee look better than it is.", bought="pine"),
        Said(5, "", "A good rim. You only notice it when you go back to the others."),
        Said(5, "Second of a pair", "Bought one for each of us to stop the quarrels."),
        Said(5, "", "Came in a box I could have thrown down the stairs. I did not."),
        Said(4, "", "Lovely, but it gets warm to the touch with boiling water."),
        Said(4, "Just the handle", "I’d make the handle a finger wider. The rest is perfect."),
        Said(3, "Colour inside", "The coral is pinker than I thought. It’s a nice mug anyway.", bought="coral"),
    ),
    "calendars": (
        Said(5, "", "Good paper, and the pencil rubs out."),
        Said(5, "Kitchen wall", "Everyone in the house reads it, and that is the test."),
        Said(5, "", "I bought one for myself and two for presents, and then two more."),
        Said(4, "", "A hole for the nail would be better a little larger."),
    ),
    "gift-wrap": (
        Said(5, "Folds crisply", "Corners like a hotel bed. Hardly any tape."),
        Said(5, "", "Heavy enough that you can’t read the box through it."),
        Said(5, "Came rolled", "No fold lines, so the whole sheet is of use.", bought="10"),
        Said(5, "", "I use the offcuts as bookmarks and envelopes."),
        Said(4, "", "It creases if you change your mind. Decide first, then fold."),
    ),
}

# Pieces, in the order in which people tend to say them.
LOOKS: dict[str, tuple[str, ...]] = {
    "art-prints": (
        "The {things} look different in the evening.",
        "The {ink} is a shade deeper than on my screen, and better for it.",
        "You can see the grain if you go close, which I like to do.",
        "I keep finding new things among the {things}.",
        "The photos don’t flatter it; it really is like that.",
        "The colours sit well with what we have.",
        "From across the room it’s calm, and from close up there’s a lot going on.",
        "The paper has a slight tooth that catches the light.",
        "I like that the inks don’t quite line up.",
        "The {ink} is what sold it to me.",
        "It has more depth than I thought a flat print could have.",
        "Most visitors say something about the {things}.",
        "It looks made by hand without looking home-made.",
        "I hadn’t expected the {ink} to be so strong.",
        "The {things} are crisp right to the edge.",
        "Nothing shiny about it: the ink is matt and lies in the paper.",
        "The {ink} and the {other_ink} meet in a colour that isn’t on the list.",
        "It’s livelier than it looks on a screen.",
        "Simple at first sight, and then not.",
        "The {things} seem to be the right size wherever I stand.",
        "It is the {ink} that people notice first.",
        "A picture one can look at without having to think, or think about if one likes.",
    ),
    "notebooks": (
        "The {things} on the cover cheer me up.",
        "The {ink} is bright without being loud.",
        "The cover is matt and doesn’t show fingers.",
        "The pattern runs right over the spine.",
        "It looks better than a notebook needs to.",
        "The elastic and the {ink} belong together.",
        "A cover I’m happy to have lying about.",
        "The {things} are printed, not stuck on.",
        "I was asked about the {things} on the train.",
    ),
    "cards": (
        "The {things} look printed with care.",
        "The {ink} is lovely against the kraft envelope.",
        "The ink is matt and thick enough to feel.",
        "It doesn’t look like anything from a rack.",
        "The {things} suit nearly every occasion.",
        "Cheerful, but not silly.",
        "I like the {ink} most.",
        "The picture goes right to the edge.",
    ),
    "mugs": (
        "The {things} go all the way round.",
        "The {ink} is richer than in the picture.",
        "The print is under the glaze and you can’t feel an edge.",
        "It’s the best-looking thing on our draining board.",
        "The {things} look right from either side.",
        "I like the colour of the inside as much as the outside.",
        "The {ink} goes with nothing we own, and I don’t mind.",
        "A good shape, straight and plain.",
    ),
    "calendars": (
        "Every month looks different and they all go together.",
        "The {ink} is lovely.",
        "The type is small and very clear.",
        "I would hang it up without the dates.",
        "The drawings are calm enough for a kitchen.",
        "The {things} change with the month.",
        "Nothing on it that doesn’t need to be there.",
    ),
    "gift-wrap": (
        "The {things} look good on small parcels and on large ones.",
        "The {ink} is bright and doesn’t rub off.",
        "People smooth it out and keep it.",
        "Almost too good to tear.",
        "The pattern has no wrong way up.",
        "With plain string it needs nothing else.",
    ),
}

MADE: dict[str, tuple[str, ...]] = {
    "framed": (
        "The frame is solid and the corners meet.",
        "It came ready to hang and hung straight at the first try.",
        "Heavier than it looks, so use a proper hook.",
        "The mount is cut cleanly.",
        "The acrylic came with its film on, so there wasn’t a scratch.",
        "No gaps at the corners, no dust inside.",
        "Good wood, well finished at the back too.",
        "I thought about framing it myself and am glad I didn’t.",
        "The frame alone would have cost me as much in town.",
        "Felt on the back, so it doesn’t mark the wall.",
        "The corners came with guards on.",
        "It’s lighter than glass would be, and I couldn’t tell the difference.",
        "The wood has a grain that you notice only when the sun is on it.",
        "It makes the ready-made frames beside it look cheap.",
        "The proportions of mount and frame are just right.",
        "Two bumpers at the foot keep it straight.",
        "The {ink} and the wood get on well.",
        "Hung in five minutes, level and all.",
    ),
    "bare": (
        "It was flat after a night under books.",
        "The paper is thick, more card than poster.",
        "It fits a bought frame without trimming.",
        "I had it framed round the corner, and the framer asked where it was from.",
        "I hung it from two clips and left it at that.",
        "No creases and no marks.",
        "Rolled in tissue, with the picture outwards, which seems to be the right way.",
        "A heavy sheet with clean edges.",
        "I bought it bare and found an old frame that might have been made for it.",
    ),
    "notebooks": (
        "It lies flat on any page.",
        "The paper takes ink well.",
        "Sewn, so nothing falls out.",
        "The elastic still holds after weeks in a bag.",
        "The ribbon doesn’t fray.",
        "Thick paper, and no show-through with a ballpoint.",
        "The corners have kept their shape.",
        "Well made for the price.",
        "It feels good in the hand.",
    ),
    "cards": (
        "Heavy card, cleanly cut.",
        "It takes a fountain pen without feathering.",
        "The fold is sharp and it stands straight.",
        "Blank inside, with plenty of room.",
        "The envelopes stick.",
        "Good card that doesn’t bend in the post.",
    ),
    "mugs": (
        "It survives the dishwasher.",
        "Heavy enough to feel safe.",
        "The rim is smooth and not too thick.",
        "Holds a proper amount.",
        "It stays warm for longer than our thin ones.",
        "The handle stays cool.",
        "It stands steady and doesn’t scratch the table.",
    ),
    "calendars": (
        "The paper takes pencil and ink.",
        "It hangs flat and stays open.",
        "The pages turn quietly.",
        "Heavy paper that doesn’t curl over the radiator.",
        "The binding turns without catching.",
    ),
    "gift-wrap": (
        "It folds sharply and stays folded.",
        "Strong paper that doesn’t split at the corners.",
        "It needs very little tape.",
        "Large sheets, so nothing is left uncovered.",
        "It came rolled, without a crease.",
    ),
}

USES: dict[str, tuple[str, ...]] = {
    "art-prints": (
        "It hangs in {room} now.",
        "It was a present for {who}, who rang to say thank you.",
        "It replaced a mirror in {room} and nobody misses the mirror.",
        "It was meant for {room} and got no further than the sitting room.",
        "We had been looking for something for {room} for two years.",
        "My third from this shop.",
        "I look at it while the kettle boils.",
        "The children like it, which is rare.",
        "It makes {room} look finished.",
        "Good company when one works at home.",
        "Now {who} wants one too.",
        "I’ve lived with it for a while and haven’t tired of it.",
        "It was the cheapest way to change {room}.",
        "It hangs where I see it first thing in the morning.",
        "Bought for the office, taken home after a day.",
        "We gave it to {who} for a big birthday.",
        "It settled an argument about {room}.",
        "I moved two lamps so that it gets the light.",
        "We chose it together with {who}.",
        "I stop in front of it more often than I’d admit.",
        "The cat has stopped staring at the wall and stares at this.",
        "It was the first thing we agreed on for {room}.",
    ),
    "notebooks": (
        "I use it for lists and for the odd drawing.",
        "It goes to work with me.",
        "Bought for {who}, kept for myself.",
        "A present for {who}, who writes everything down.",
        "It’s half full already.",
        "It has become my gardening book.",
        "I write in it on the train.",
        "I’ve ordered the next one before this is full.",
        "It’s with me on every walk.",
        "It holds a year of small things.",
    ),
    "cards": (
        "I sent one to {who}.",
        "It came back to me as a compliment.",
        "Good to have in the drawer.",
        "I have used them for birthdays and for thank-yous.",
        "I bought more the week after.",
        "One is on my own shelf, unwritten.",
        "It went to {who} with a cheque and outshone it.",
    ),
    "mugs": (
        "It’s my first coffee of the day.",
        "Bought for {who}, who will not drink from any other now.",
        "It’s the one that is always in the wash.",
        "It lives on my desk.",
        "A present for {who}, and a good one.",
        "I’ve stopped using the others.",
        "We have four by now.",
    ),
    "calendars": (
        "It hangs in {room}.",
        "A present for {who}, as every year.",
        "I look forward to turning the page.",
        "All our birthdays are in it.",
        "I have one at home and one at work.",
        "Now {who} asks where it’s from.",
    ),
    "gift-wrap": (
        "I wrapped a present for {who} in it, and the paper was praised first.",
        "I lined a drawer with what was left.",
        "I’ve covered a schoolbook with it.",
        "I keep a roll behind the wardrobe.",
        "One sheet does two paperbacks.",
    ),
}

ARRIVED: tuple[str, ...] = (
    "It came in three days.",
    "Posted the next day, as they said.",
    "Well packed, and no plastic that I could find.",
    "It came when the tracking said it would.",
    "All of the packing went in the paper recycling.",
    "I asked something before I ordered, and a person answered within the hour.",
    "Ordered on the train, and it was there by the end of the week.",
    "Left with a neighbour, found the next day, no harm done.",
    "Quick and easy to order.",
    "The wrapping was so neat that I nearly kept it shut.",
    "Two days from order to door.",
    "The parcel was light on tape and heavy on care.",
    "The mail that said it was on its way was right about the day.",
    "I’d allowed a week and needed half of it.",
    "It arrived on the one day I was out and was brought again the next.",
    "Collected it from the studio, which smells of ink, in a good way.",
    "The box was the right size, for once.",
    "Somebody had written my name on the parcel by hand.",
    "Ordered late on Sunday, on the table by Wednesday.",
    "No ten layers of padding, and still not a mark.",
    "The courier knew the shop and said so.",
    "It came with a small sheet about the inks, which I read twice.",
)

NIGGLES: dict[str, tuple[str, ...]] = {
    "framed": (
        "One star less because there was no hook in the box.",
        "The acrylic picks up the window in the afternoon.",
        "I would like a slightly wider mount.",
        "There’s a small knot at the bottom of the frame, which you may or may not like.",
        "The hanging wire needed tightening.",
        "It leans forward a little at the top.",
    ),
    "bare": (
        "It takes two people to get it out of the tube without a crease.",
        "The tube had a knock at one end, though the print was fine.",
        "The edge is cut very close to the picture on one side.",
        "I had to hunt for a frame that fits.",
        "Opening the tube without a knife took patience.",
    ),
    "notebooks": (
        "I’d like a pocket at the back.",
        "The elastic is on the tight side.",
        "A few perforated pages would be welcome.",
        "It’s a little heavier than I’m used to.",
        "Broad felt pens do show through.",
    ),
    "cards": (
        "The envelopes could be thicker.",
        "I’d like an inside that isn’t quite so white.",
        "A pack of three would suit me better.",
        "One envelope had a crease.",
    ),
    "mugs": (
        "The handle is a bit small for my hand.",
        "It gets hot with boiling water.",
        "I wish it held a little more.",
        "The box was hard to open.",
    ),
    "calendars": (
        "The boxes could be larger.",
        "It needs a longer nail than I had.",
        "Moon phases would make it perfect.",
    ),
    "gift-wrap": (
        "It creases if you fold it twice.",
        "A sheet more in the roll would be nice.",
        "The roll was thinner than I’d imagined.",
    ),
}

NIGGLES_OF_ALL: tuple[str, ...] = (
    "A bit more than I’d meant to spend.",
    "The {ink} isn’t quite what I saw on my phone.",
    "The courier left it in the porch, in the rain.",
)

LUKEWARM: tuple[str, ...] = (
    "It’s all right.",
    "Not bad, and not quite what I’d had in mind.",
    "Decent for the money.",
    "I’m in two minds.",
    "Good in parts.",
)

TITLES: dict[int, tuple[str, ...]] = {
    5: (
        "Very pleased",
        "As described",
        "Good quality",
        "Exactly right",
        "A good present",
        "Would buy again",
        "Better in person",
        "Happy with it",
        "No complaints",
        "Simple and good",
        "Just what I wanted",
        "Well made",
        "Pleased I ordered",
        "Lovely thing",
        "Does what it should",
        "Recommended",
        "A small joy",
        "Not disappointed",
        "Good all round",
        "Thoughtfully made",
    ),
    4: ("Very good, one small thing", "Nearly perfect", "Good", "Almost", "Happy, with a note", "Four and a half"),
    3: ("Fine", "Mixed", "All right", "Not quite", "Middling"),
}

ROOMS: tuple[str, ...] = (
    "the hall",
    "our bedroom",
    "the spare room",
    "the study",
    "the kitchen",
    "the landing",
    "the downstairs loo",
    "the dining room",
    "the nursery",
    "the music room",
    "the stairwell",
    "my daughter’s room",
)

PEOPLE: tuple[str, ...] = (
    "my sister",
    "my dad",
    "a friend",
    "my partner",
    "my mum",
    "my neighbour",
    "my son",
    "my daughter",
    "a colleague",
    "my brother",
    "my grandmother",
    "my godson",
)

FIRST_NAMES: tuple[str, ...] = (
    "Aisha", "Alan", "Alice", "Amara", "Amit", "Anna", "Ben", "Beth", "Callum", "Carys", "Catherine", "Chidi", "Chloe",
    "Daniel", "David", "Dilys", "Eilidh", "Elena", "Emma", "Farah", "Fiona", "Gareth", "George", "Grace", "Hamish",
    "Hannah", "Harriet", "Hugh", "Imogen", "Ines", "Isla", "Jack", "James", "Jo", "Jonas", "Joyce", "Karim", "Kate",
    "Keiko", "Laura", "Leo", "Lucy", "Mairi", "Marcus", "Margaret", "Martin", "Maya", "Meera", "Mohammed", "Nadia",
    "Ngozi", "Nia", "Niamh", "Nick", "Oliver", "Owen", "Paul", "Peter", "Priya", "Rachel", "Rhys", "Rosa", "Rowan",
    "Ruth", "Sam", "Sanjay", "Sarah", "Sean", "Simone", "Sophie", "Stella", "Tariq", "Theo", "Tom", "Una", "Wei",
    "Will", "Yasmin", "Yusuf", "Zoe",
)  # fmt: skip
INITIALS = "ABCDEFGHJKLMNOPRSTVWY"

PLACES: tuple[str, ...] = (
    "Aberdeen", "Bath", "Belfast", "Birmingham", "Brighton", "Bristol", "Cambridge", "Cardiff", "Carlisle",
    "Cork", "Derby", "Dublin", "Dundee", "Durham", "Edinburgh", "Exeter", "Falmouth", "Frome", "Glasgow",
    "Hull", "Inverness", "Jersey", "Kendal", "Leeds", "Leicester", "Lewes", "Liverpool", "London", "Ludlow", "Malmö",
    "Manchester", "Margate", "Newcastle", "Norwich", "Nottingham", "Oban", "Oxford", "Penzance", "Perth", "Plymouth",
    "Portree", "Reading", "Sheffield", "Shrewsbury", "Southampton", "St Ives", "Stirling", "Stroud", "Swansea",
    "Utrecht", "Whitby", "Winchester", "York",
)  # fmt: skip

THINGS: dict[str, str] = {
    "arches": "arches",
    "bauhaus": "shapes",
    "botanical": "leaves",
    "contour": "lines",
    "dots": "dots",
    "flow": "strokes",
    "moire": "rings",
    "orbit": "planets",
    "papercut": "layers",
    "phyllo": "dots",
    "ridges": "hills",
    "scallop": "waves",
    "terrazzo": "chips",
    "truchet": "loops",
    "vases": "vases",
    "weave": "threads",
}

INKS: dict[str, str] = {"sun": "orange", "pine": "dark green", "clay": "terracotta", "sky": "pale blue"}
