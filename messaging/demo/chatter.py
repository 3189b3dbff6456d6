"""Small talk of two good friends: exchanges separated by empty lines, with words to fill in.

Lines that begin with ``>`` are by the first of the two, those with ``<`` by the other.
"""

WORDS = {
    "dish": "lentil soup;mushroom risotto;plantain curry;tomato tart;jollof;noodle soup;pumpkin dumplings;flatbread",
    "spice": "smoked paprika;cumin;star anise;cardamom;black lime;sumac;fennel seed;long pepper",
    "place": "the canal;the market;the botanical garden;the old harbour;the hill;the library steps;the tram depot",
    "plant": "fern;monstera;lemon tree;basil;cactus;string of pearls;rubber plant;mint",
    "film": "the one with the lighthouse;the one on the train;the slow one in black and white;the beekeeper film",
    "day": "Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday",
    "hour": "five;half past five;six;quarter past six;seven;half past seven;eight",
    "song": "the one with the trumpet;that waltz;the seven-minute one;the new one by the choir;the one from the bus",
    "weather": "rain;fog;sun;wind;drizzle;frost;thunder",
    "person": "Kofi;Tomás;Aoi;my sister;my neighbour;the baker;my aunt",
}

EXCHANGES = """
> Are you up?
< Define up
> Eyes open, kettle on
< Kettle on. Eyes under discussion

< What was the name of {film}?
> You mean the one where nothing happens for two hours?
< Beautifully happens
> I'll look it up tonight

> I am making {dish} and I have no {spice}
< Use half as much of something braver
> That isn't a measurement
< It is in my kitchen 😌

< Walk along {place} after work?
> Yes please. {hour}?
< Better half an hour later, I'm still at the desk
> 👍

> The {plant} has a new leaf
< Photo or it didn't happen
> It is shy. Tomorrow
< I'm happy for you both 🌱

< {weather} again
> I like it, the streets go quiet
< You like everything that can be photographed
> Guilty

> Did I leave my scarf at yours?
< The grey one is on the chair, being sat on by nobody
> I'll get it on {day}
< It can stay as long as it pays rent

< Listen to {song} right now
> On the bus, give me two minutes
> Oh
> OH
< Right?!

> {person} asked about you
< All good things I hope
> Asked if you're still cooking for six
< Always

< I bought too many tomatoes
> How many is too many?
< The man at the stall said thank you twice
> 🍅🍅🍅

> Running ten minutes late, sorry!
< No stress, I have a bench and a bun
> What kind of bun
< Hurry and you'll find out

< Do you still have the big pot?
> Yes, it's living on top of the cupboard
< Can I borrow it for {day}?
> Only if it comes back with {dish} in it
< That was always the plan

> Dentist done. No holes
< Celebrate with something sticky
> 😂

< Photo question: why is everything I take at night orange?
> Street lamps. Your eyes forgive them, the film doesn't
< Poetry
> Chemistry

> Are we still on for {day}?
< Of course! {hour}, at mine
> What can I bring?
< Yourself and ice

< I dreamt we ran a bakery
> Was it going well?
< There was a queue and no bread
> So, realistic

> Help. Blue shirt or green shirt
< What is it for?
> Standing near a wall with other people
< Green

< My upstairs neighbour has taken up the clarinet
> How is it?
< Brave
> Send me {song} as an antidote

> How long do you leave the dough?
< Overnight, in the fridge, without looking
> I have looked four times
< It knows

< Guess who I met at {place}
> {person}?
< {person}! With an enormous umbrella
> Sounds about right ☔

> I finished the book
< And??
> I'm not speaking to anybody for a day
< That good
> That good

< Are there tickets left for {day}?
> Two, in the back row
< The back row is the best row
> Booked 🎟️

> Tiny victory: the tap doesn't drip any more
< You fixed it??
> I looked at it sternly and it stopped
< A professional

< What do I do with half a cabbage
> Slaw
> Soup
> Or give it to {person}
< {person} already has the other half

> I can see my breath in the darkroom
< Come out and eat something warm
> One more print
< You said that an hour ago
> One more, then {dish}

< {dish} tonight?
> Yes. I can be there at {hour}
< Bring {spice} if you have it
> I have a suspicious amount of it

> Good luck today!! 🍀
< Thank you! My hands are cold
> Cold hands, clear head
< Who says that?
> Me, just now

< It went well!
> I knew it
< They even laughed at the slide with the onions
> Everyone loves the onion slide

> What are you reading?
< Instructions for a lamp
> Any good?
< The ending is dark

< Can you water the {plant} while I'm away?
> Sure. A little or a lot?
< A little, with compliments
> It'll be the most praised {plant} in town

> I found a stall at {place} with old lenses
< How many did you buy
> One
> Two
< There it is

< Train is standing still in a field
> Cows?
< Three. We have an understanding
> Say hello from me 🐄

> Can't sleep
< Me neither. Moon?
> Moon
< 🌕

< Is it Thursday?
> All day
< Then I have forgotten something
> The bins
< The BINS

> Your {spice} mix has changed my eggs
< Eggs deserve it
> Breakfast is now an event

< Come and look at this sky
> Which window?
< Kitchen
> Oh wow, all of it 😍

> I've got a cold 🤧
< Soup is on its way
> You don't have to
< It's already in the bag
> You're the best

< Game night on {day}, {person} is coming too
> I'll practise losing
< You don't need practice
> Rude and accurate

> The printer ate page nine
< Was it a good page?
> The best one
< It had taste then

< What time is sunrise tomorrow?
> 7:12, and I'm not joking
< I admire the people who know that
> Are you coming?
< Wake me

> Coffee at {place}?
< Give me twenty minutes and a reason
> Cinnamon rolls
< Ten minutes

< I'm cutting my own fringe
> Step away from the scissors
< Too late
> How does it look?
< Geometric

> Found your note in the cookbook
< Which one?
> "More lemon, trust me", on every page
< And? Was I wrong?
> Never 🍋

< Do you remember the name of that village?
> With the crooked church?
< And the goat
> No idea. But I remember the goat

> The laundry is hanging outside and it's {weather}
< That is called rinsing
> Thank you for your support

< Three hours on the phone with the landlord
> And the heating?
< Warm!!!
> 🎉

> You were so good tonight
< I forgot the second verse
> Nobody noticed, you smiled so well
< That is the second verse now

< I'm at the shop, do you need anything?
> Oat milk, matches, something green
< To eat or to look at?
> Surprise me

> Quick, what rhymes with {spice}?
< Nothing. That's why it's a spice and not a song
> Fair

< {person} says we should start a supper club
> We already have one, it's called {day}
< True. We just never let anyone in

> My mother says hi
< Hi to your mother! Tell her the jam is gone
> She has already packed a new one
< I love her

< Did you get home all right?
> Yes, just in. Socks off
< Sleep well
> You too 🌙

> Do you want the spare ticket for {film}?
< When is it?
> {day}, {hour}
< Yes! I'll buy the popcorn
> Salted
< Obviously

< The {plant} is looking at me
> Turn it a little
< Now it's looking at the neighbours
> Better

> First frost this morning, all the railings are white
< And you with numb fingers and eleven photos
> Fourteen

< I said yes to the job
> Waaait. The kitchen by {place}?
< The kitchen by {place}
> I'm so proud of you ❤️
< I start on {day}, I'm terrified
> Terrified with good knives

> Where do you keep the good napkins?
< Why, who's coming?
> Nobody. I just feel like a good napkin
< Second drawer. You deserve it

< Is it rude to bring my own {spice} to a dinner?
> Depends. Do you offer it around?
< I would never not
> Then it's a gift
"""
