"""The words of English that tell nothing of a topic, and those where a sentence begins or hangs."""

from __future__ import annotations

from digestly.engine.extractive.tongues.tongue import words

STOP = words(
    """
a an the this that these those such same other another each every either neither both few several enough own
and or but nor so yet if then else than as because since while although though unless until whether
of to in on at for with from by about into onto over under above below between among through during before
after against without within across along around behind beyond near off out up down upon toward towards per via regarding concerning
i me my mine myself you your yours yourself he him his himself she her hers herself it its itself
we us our ours ourselves they them their theirs themselves who whom whose which what when where why how
am is are was were be been being do does did done doing have has had having will would shall should can could
may might must ought cannot
i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll it's it'd it'll we're we've we'd
we'll they're they've they'd they'll that's that'd that'll there's there're here's what's who's where's how's
let's isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't shouldn't can't
couldn't mustn't ain't y'all
not no yes none nothing nobody nowhere never ever always often sometimes usually rarely
very too quite rather really just only also even still already again soon later now here there today tonight
yesterday tomorrow away back ago
um uh uhm umm hmm hm mm mmm mmmm mhm mmhmm mm-hmm mm-mm uh-huh uh-uh er ah oh eh huh wow hey hi hello ok okay alright yeah yep yup nope well like right sure
exactly absolutely definitely totally basically actually literally honestly obviously clearly essentially simply
probably possibly maybe perhaps certainly generally typically hopefully apparently especially particularly
pretty kind sort kinda sorta gonna wanna gotta lot lots bit little much many more most less least some any all
one ones someone somebody something somewhere somehow anyone anybody anything anyway everyone everybody
everything else etc
think know mean guess say says said saying tell tells told see saw seen look looks looking get gets got getting
gotten go goes went gone going come comes came coming make makes made making take takes took taken taking put
puts give gives gave given giving want wants wanted need needs needed let try tries tried trying use uses used
using happen happens happened happening seem seems seemed feel feels felt talk talks talked talking
thank thanks please sorry cool great good nice awesome yet cause cuz
"""
)
# Content words, yet too plain to name a topic.
PALE = words(
    """
way ways thing things stuff people person folks guy guys time times day days week weeks month months year years
hour hours minute minutes second seconds moment point points question questions answer answers idea ideas example
examples case cases part parts kind kinds side sides end start beginning place places fact reason reasons sense
problem problems issue issues situation matter number numbers word words name names term terms type types level
levels set piece pieces bunch couple rest whole half amount side step steps item items topic topics section
sections first last next previous second third new old big small large long short high low better best worse bad
hard easy different similar various certain sure true wrong interesting important possible able available likely
main real full open clear simple super extra current recent actual specific particular general whole entire
multiple single basic major minor interested excited curious fair fine happy glad huge crazy weird funny
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions dozen dozens zero percent percentage dollar dollars bucks euro euros cent cents pound pounds
work works worked working run runs running ran find finds found keep keeps kept start starts started starting
stop stops stopped show shows showed shown call calls called ask asks asked asking believe understand understood
understanding remember mention mentioned mentions talk discuss discussed discussing discussion explain explained
explains read reading write writing written wrote hear heard listen listening watch play plays move moves moved
moving change changes changed turn turns turned bring brings brought hold help helps helped leave left send sent
sends set setting become becomes became add adds added adding allow allows allowed follow follows followed like
love liked hope wait spend spent pay meet met build building built create created creating fix fixed check
checked live lives lived lose lost win won open opened close closed end ended cut hit pick picked choose chose
sit stand kill break broke broken grow grew learn learned teach taught speak spoke spoken said wonder agree agreed
guess assume assumes assuming expect expected consider considered considering involve involved include included
includes including provide provides provided based related compared depending depends depend concerned
basically obviously currently recently actually eventually finally initially originally previously immediately
directly completely entirely fully nearly almost mostly largely mainly slightly highly extremely relatively
instead rather either far ahead together apart forward later earlier further thereby therefore however otherwise
whatever whenever wherever whichever already welcome everybody everyone guys yourself okay gentlemen ladies
mister mrs mr kinds sorts episode podcast show host guest audience listener listeners conversation
propose proposes proposed proposing describe describes described note notes noted implement implements implemented
publish published post posts posted introduce introduces introduced mean means suggest suggests suggested
require requires required enable enables enabled support supports supported handle handles handled improve improves
improved represent represents decide decided figure figured realize realized imagine notice noticed refer
referred appear appears receive received return returns returned remove removed replace replaced share shared
prefer preferred avoid save saved reach reached raise raised compare hand hands opinion thoughts thought view views
context detail details course everything stuff chance effort terms lots sense deal cool love kinda
"""
)
# Too plain to name a topic, good as the last word of a name: "mailing list".
KINDS = words(
    """
    list lists set sets type types level levels name names number numbers problem problems issue issues case cases
    system systems step steps section sections part parts story stories process group groups
    """
)
# Verbs that tell a sentence from a fragment, where no auxiliary does.
FINITE = words(
    """
    says said say thinks think thought means mean meant gets get got gives give gave takes take took makes make
    made goes go went comes come came sees see saw knows know knew finds find found keeps keep kept puts put
    brings bring brought leaves leave left holds hold held lets wants want needs need uses use looks look seems
    seem feels feel felt tells tell told becomes become became begins begin began starts start stops stop works
    work runs run ran shows show calls call asks ask tries try helps help adds add allows allow follows follow
    turns turn moves move plays play likes like lives live believes believe happens happen happened provides
    provide includes include continues continue depends depend requires require matters matter changes change
    builds build built breaks break broke grows grow grew loses lose lost wins win won pays pay paid sends send
    sent spends spend spent hits hit stands stand stood sits sit sat reads read writes write wrote speaks speak
    spoke hears hear heard learns learn teaches teach taught buys buy bought sells sell sold falls fall fell
    rises rise rose meets meet met leads lead led remains remain contains contain consists supports support
    serves serve causes cause creates create offers offer appears appear covers cover agrees agree solves solve
    explains explain describes describe suggests suggest proposes propose fixes fix improves improve replaces
    replace supposes deals deal relies rely applies apply reflects exists exist belongs belong enables enable
    prevents prevent removes remove returns return receives receive discusses opens open closes close introduces
    introduce implements implement represents represent refers refer focuses focus reduces reduce increases
    increase varies vary differs differ ships ship lacks lack fails fail passes pass
    """
)
HANGS = words(
    """the a an of to in on at for with from by into about and or but so if that than as because which who whose when
    where while is are was were be been being am do does did have has had will would can could should may might must
    i i'm i've i'd i'll we we're we've you you're they they're he she my your our their his its this these those
    it's that's there's very really more most some any every each no not don't doesn't can't like just gonna what how why also maybe then what's
    as far much many such both their without between through under over within during about"""
)
