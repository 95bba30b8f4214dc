"""When the cloud, the network, a process or the database misbehaves: the site as its operator runs it, under fault.

client.py       a cloud that misbehaves on request
outages.py     the same cloud in a process of its own, which is stopped, killed, brought back
network.py     the stretch of network before it: resets, silence, a port that nobody answers on
site.py        the site: granian on a database of its own, in processes of its own
furnish.py     what such a database holds at the beginning; settings.py bounds what it may do
visitor.py     somebody signed in, request by request; service.py sends forms
tabs.py        many tabs that poll, and what they met
service.py    the site's own words about how it is, and waiting for them
breaking.py    ways to break things for a while
trials.py      faults that last as long as in real life, for `python -m bench.faults`
luck.py        a fault in one of a hundred calls, and holdings.py what it may leave behind, for `bench.soak`
"""
