"""What stands between the network and the site: no client, however slow, holds a thread.

`dashboard/rsgi.py` puts it together. `scope` and `proto` are those of granian's RSGI specification 1.6
(https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md); what is handed to the site is a WSGI
request (PEP 3333).
"""
