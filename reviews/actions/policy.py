"""Publishing a policy pack, and its way into force. A published version is never changed.

The first version of a committee is adopted by one administrator; every later one is proposed by one and approved by
another. What was published from the command line is proposed by the program, and waits until an
administrator stands for it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access import policy as access
from reviews.access.committee import check_can_administer_committees
from reviews.actions import _packs
from reviews.actions._transition import action
from reviews.models import Adoption, Committee, PolicyVersion
from reviews.rules.errors import NotNow, RuleBroken, Stale

PROPOSED = gettext_noop("Somebody else proposed this version a moment ago. You can approve it now.")


@action
def publish(*, text: str, by: User | None, now: datetime) -> PolicyVersion:
    """Publish a pack and propose it in every committee that runs an earlier version of it. In force it is nowhere yet.

    Publishing the same bytes again changes nothing. Raises ``RuleBroken`` for a pack with faults, and for other
    bytes under a version that exists.
    """
    check_can_administer_committees(by)
    return _packs.published(text, by=by, now=now)


@action
def adopt(*, committee: Committee, version: PolicyVersion, by: User, now: datetime) -> Adoption:
    """Put a published version in force where there is none yet; elsewhere propose it to another administrator.

    Raises ``RuleBroken`` for the version in force, ``NotNow`` while another proposal is open.
    """
    check_can_administer_committees(by)
    _packs.lock_pack(version.pack_id)
    return _adopt(_packs.lock_committee(committee), version, by=by, now=now)


@action
def adopt_pack(*, committee: Committee, text: str, by: User, now: datetime) -> Adoption:
    """``adopt`` for a pack that may not be published yet, such as the one that comes with the program."""
    check_can_administer_committees(by)
    version = _packs.published(text, apart_from=committee, by=by, now=now)
    return _adopt(_packs.lock_committee(committee), version, by=by, now=now)


def _adopt(committee: Committee, version: PolicyVersion, *, by: User, now: datetime) -> Adoption:
    if committee.policy is None:
        return _packs.first(committee, version, by=by, now=now)
    if committee.policy == version:
        raise RuleBroken(_("This version is in force already."), code="in_force", field="version")
    waiting = _packs.open_proposal(committee)
    if waiting is not None:
        raise NotNow(
            _("Version %(version)s is proposed here. Approve that proposal or take it back first.")
            % {"version": waiting.version.version},
            code="proposal_open",
        )
    return _packs.propose(committee, version, by=by, now=now)


@action
def approve(*, adoption: Adoption, by: User, now: datetime) -> Adoption:
    """Bring a proposed version into force, as the second person.

    Raises ``Denied`` for its proposer, ``NotNow`` once it is settled and while nobody stands for it.
    """
    adoption, committee = _locked(adoption)
    access.check_can_approve(by, adoption)
    if adoption.proposed_by is None:
        raise NotNow(_("Nobody stands for this proposal of the program yet: propose it first."), code="no_proposer")
    _packs.settle(committee, adoption, by=by, now=now)
    return adoption


@action
def stand_for(*, adoption: Adoption, by: User, now: datetime) -> Adoption:
    """Become the proposer of what the program proposed; it is in force once somebody else approves it.

    Raises ``Stale`` where somebody else proposed it meanwhile: who only meant to propose has not approved.
    """
    adoption, _committee = _locked(adoption)
    access.check_can_approve(by, adoption)
    rows = Adoption.objects.filter(pk=adoption.pk, approved_at=None, withdrawn_at=None, proposed_by=None)
    if rows.update(proposed_by=by, proposed_at=now) != 1:
        raise Stale(_(PROPOSED), code="proposed")
    adoption.proposed_by, adoption.proposed_at = by, now
    _packs.note(adoption, "policy.proposed", by=by, now=now)
    return adoption


@action
def take_back(*, adoption: Adoption, by: User, now: datetime) -> Adoption:
    """End a proposal without an effect; the row stays. Raises ``NotNow`` once it is settled."""
    adoption, _committee = _locked(adoption)
    access.check_can_take_back(by, adoption)
    rows = Adoption.objects.filter(pk=adoption.pk, approved_at=None, withdrawn_at=None)
    if rows.update(withdrawn_at=now, withdrawn_by=by) != 1:
        raise NotNow(_("This proposal was settled before."), code="settled")
    adoption.withdrawn_at, adoption.withdrawn_by = now, by
    _packs.note(adoption, "policy.taken_back", by=by, now=now)
    return adoption


def _locked(adoption: Adoption) -> tuple[Adoption, Committee]:
    rows = Adoption.objects.select_related("version", "committee")
    _packs.lock_pack(rows.get(pk=adoption.pk).version.pack_id)
    committee = _packs.lock_committee(adoption.committee)
    return rows.get(pk=adoption.pk), committee
