"""What people type, checked and turned into the words of the domain."""

from jobs.forms.custom import CustomJobForm
from jobs.forms.job import JobForm, new_token
from jobs.forms.keys import KeyForm, ShownOrganizationsForm
from jobs.forms.managed import ManagedJobForm
from jobs.forms.members import InviteForm, RoleForm
from jobs.forms.saved import ViewForm
from jobs.forms.text import one_line
from jobs.forms.tokens import TokenForm

__all__ = [
    "CustomJobForm",
    "InviteForm",
    "JobForm",
    "KeyForm",
    "ManagedJobForm",
    "RoleForm",
    "ShownOrganizationsForm",
    "TokenForm",
    "ViewForm",
    "new_token",
    "one_line",
]
