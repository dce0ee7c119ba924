"""What depends on what; ``?source=SOURCE&component=ID`` opens one component of one topology."""

from ui import person
from ui.process import workbench
from ui.topology.page import topology

person.require()
topology(workbench())
