"""What the people of the demo say to each other, in the notation of ``script``."""

TRIP = """
# 9d 18:20
< Question of the year: do you get seasick?
> Only on ferries, boats and piers
< [like] Perfect, I found an island
> Of course you did
# 6d 20:05
< So. Night train to the coast, then the small ferry at 7:40
< There is a lighthouse with two beds and one very old stove
> [like] You had me at very old stove
> How long is the crossing?
< Fifty minutes. Forty if the captain is hungry
> 🚢
# 3d 19:10
> I asked at work, I can have the Friday
< [both] Then it is happening!!
> [sticker=party/rocket] -
< [video=plane] The mail boat, obviously
< Here is the timetable, the winter one: https://ferries.example.org/timetable/winter
> [name=early] The early train leaves at 21:12, the late one at 23:50. I vote early
< [re=early] Early. I want the upper bunk and the small window
> You can have the bunk. The window is mine, I have the camera
+34
> What do we eat?
< Beans, bread, that cheese that made the neighbours move out
> [like] 😂😂😂
# 1d 08:15
< I drew us a map
< The dotted line is the shortcut
> How much longer is the shortcut?
< Only twice
> [like] You are the only mapmaker I know who gets lost on purpose
+210
< [unsent] Forget it, wrong person
< Packing list so far:\\n• head torches\\n• two thermos flasks\\n• cards\\n• your grandmother's wool socks
> [like] She says she is knitting you a pair. Green. No discussion
# 4m
> [photo=mountains+moonlit_sea+cat] The roll from last time. The cat came home with us
> Are you home already?
< Just now. Look outside, quick
> Oh. That sky!
< [like name=sky] Pink first, then this green I have no name for
> [re=sky] I took the last six frames of the roll on it
> 🌅
+3
< We could be up in the lighthouse for the next one
< Shall I book the two beds? They hold them until eight
"""

COOKING = """
# 2d 18:40
< [video=kettle] This is what my kitchen sounds like
> [gif=confetti] -
< Did you soak the chickpeas
> [like] Did I soak the chickpeas, she asks the woman who forgot the pot on the stove
< So no
> So no
< I will bring mine 🍲
> [gone] Don't tell Kofi, but I still can't stand his chilli
< Your secret is safe and also well known
# 1d 17:30
> Can you write down the orange cake for me? Properly this time, with numbers
< [like name=cake] The orange cake, properly, with numbers:
  \\n\\nTwo oranges, whole, peel and all. Cover them with cold water and let them simmer for an hour and a half,
  until a spoon goes through without an argument. Drain, let them cool, cut them open, take out the pips, and turn
  everything else into a smooth, bright paste.
  \\n\\nBeat six eggs with 220 g of sugar until they are pale and the bowl is twice as full as you remember. Fold
  in the paste, then 250 g of ground almonds, one level teaspoon of baking powder and a pinch of salt. Fold, don't
  stir: you want to keep the air you just worked for.
  \\n\\nInto a lined 23 cm tin, then the oven at 170 °C for about fifty minutes. Look at it after forty. If the top
  gets too brown, lay paper over it. A skewer should come out damp, but not with batter on it.
  \\n\\nNow the hard part: leave it in the tin until it is completely cold. I know. Then dust it with sugar, cut
  small pieces, and pretend you are only having one.
> [re=cake] Printed. Framed. Hung above the stove
< Tell me how it goes
# 58m
> The cake is out of the oven
< And?
> [like] It is leaning a little but it smells like your kitchen
< [both] Then it is right. Save me the leaning side
> ❤️
"""

ARABIC = """
# 8d 17:00
< صباح الخير ميرا! كيف حالك اليوم؟
> صباح النور يا ليلى 🌞
> My dictionary and I are both tired but happy
< [like] لغتك تتحسّن كل أسبوع
# 4d 16:10
> Is it «على الطاولة» or «فوق الطاولة»?
< كلاهما صحيح. الأولى أكثر استعمالاً
> شكراً!
# 33m
> متى درسنا القادم؟
< يوم الخميس الساعة 18:00، هل يناسبك؟
> [like] يناسبني تماماً. I'll bring the coffee, with cardamom ☕
< لا تنسي الدفتر الأزرق! 😄
"""

DARKROOM = """
# 5d 12:30
< おはよう!
< The film from the market is hanging up to dry
> Already?! How does it look
< 38 frames. I don't know how you did that
> [like] Love and a heavy thumb
# 1d 13:05
> [name=grain] Number 12 has so much grain. Is that the film or me?
< [re=grain] That is the fog 🌫️ I like it best of all
< [like] I made two prints, one for your wall
> You are too kind. どうもありがとう
> Which paper did you use?
< The matt one, warm. It drinks the light
> 📷✨
< Come on Sunday, the darkroom is free from two
"""

BAND = """
# 15d 21:10
< New song. Eleven minutes. Hear me out
> Eleven
< It has a quiet part
# 1d 20:25
> How was the first evening with the drummer?
< [like] He counts to four! Every time!
> Luxury
+61
< We play on the 14th, small room, big sound, you are on the list
< Are you coming? Say yes
< yeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeees
< Sound check as a rough recording: https://listen.example.org/rooms/small-room-big-sound/recordings/2f8c1f6f0d9e4b6c/sound-check-with-the-quiet-part-take-seven
"""

BICYCLE = """
# 47d 09:40
> Hi Sanne, is the blue bicycle still looking for a home?
< It is! It has a bell and opinions
> [like] I have both as well
< Saturday at ten, behind the station?
> I'll be there
# 44d 11:20
> We got home safe, the bicycle and I
< [like] Look after each other 🚲
"""

REQUEST = """
# 120m
> Hi Mira! Amara showed me your fern photographs on Sunday and I haven't stopped thinking about them.
> I draw plants, mostly the unfashionable ones. Could I draw from the one with the frost? I'd credit you, of course 🌿
"""

RADIO = """
# 2d 10:15
> Hello Elif! Aoi says you can bring old radios back to life
> Mine is from my grandfather: it hums, it glows, but it doesn't speak
+45
> No hurry at all. It has been silent for twenty years, it can wait for a good pair of hands
"""

TRADER = """
# 23d 14:00
< Saw you have the old folding camera. Sell?
> Thank you, but no, it was my aunt's
< I pay cash. Name a price
> It isn't for sale
# 21d 07:30
< Last offer. I can come by your place tonight
> Please don't. And please stop writing to me
"""

GLAZE = """
# 12d 15:45
> Hi Chloé, the cup from your stall is my favourite now. Is the green a secret?
"""

SURF = """
# 31d 08:10
> Mateus, you were right about the early tide. Thank you for the tip! 🏄
"""

RADIO_SHOW = """
# 4d 16:20
> Hi Inés, Tomás says your show played the night train song. Could you tell me who it is by?
"""

# Among the others, so that the second account's inbox is as alive as the first one's.
TOMAS_AMARA = """
# 2d 12:10
> Your stew has ruined all other stews for me
< [like] That was the plan
# 17m
< Are you two really sleeping in a lighthouse?
> If Mira says yes within the hour
< She will. Take gloves
"""

TOMAS_KOFI = """
# 6d 19:00
< Map for the flyer? Small, hand-drawn, wrong in a charming way
> [like] I only do wrong in a charming way
# 3d 22:40
> Sent you three. The second one has the river on the right side
< The second one!! 🔥
"""

TOMAS_AOI = """
# 1d 09:20
< 地図、きれい! The paper is beautiful too
> It is the back of an old sea chart
< [like] Even better
"""

TOMAS_PRIYA = """
# 10d 17:15
< Is the bog path open again after the rain?
> Open, wet, full of sundew. Take the boards, not the shortcut
< From you that means something
"""

TOMAS_INES = """
# 2d 15:05
< Primo! We need a jingle for the map question
> How long?
< Six seconds, very dramatic
> [like] Born for this
"""

TOMAS_LAYLA = """
# 13d 11:00
> How do I write «lighthouse» on the map?
< منارة. كلمة جميلة، أليس كذلك؟
> [like] The most beautiful word on the sheet
"""
