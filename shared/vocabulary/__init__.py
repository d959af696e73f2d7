"""Words both services and their clients use. StrEnums only; imports nothing of ours.

One file a field; a name lives in one of them and is imported from here.
"""

from shared.vocabulary.alerts import *
from shared.vocabulary.cgm import *
from shared.vocabulary.check_ins import *
from shared.vocabulary.consents import *
from shared.vocabulary.devices import *
from shared.vocabulary.directory import *
from shared.vocabulary.documents import *
from shared.vocabulary.enrollments import *
from shared.vocabulary.escalations import *
from shared.vocabulary.needs import *
from shared.vocabulary.notices import *
from shared.vocabulary.orders import *
from shared.vocabulary.panel import *
from shared.vocabulary.pathways import *
from shared.vocabulary.pauses import *
from shared.vocabulary.people import *
from shared.vocabulary.plans import *
from shared.vocabulary.protocol_versions import *
from shared.vocabulary.readings import *
from shared.vocabulary.referrals import *
from shared.vocabulary.reviews import *
from shared.vocabulary.risk import *
from shared.vocabulary.severity import *
from shared.vocabulary.sharing import *
from shared.vocabulary.stays import *
from shared.vocabulary.symptoms import *
from shared.vocabulary.time_entries import *
from shared.vocabulary.timelines import *
from shared.vocabulary.webhooks import *
