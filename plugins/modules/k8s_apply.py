#!/usr/bin/python
# Copyright (c) 2026, Slipway maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: k8s_apply
short_description: Apply or remove any number of Kubernetes objects
version_added: 0.1.0
description:
  - Brings objects to the state that manifests describe, by server-side apply, in an order in which each finds what it
    needs, and removes what has left their set.
  - All objects are checked before the first one is written. A misspelled field, a field that another tool owns or a
    missing namespace fails the task with nothing changed, and the message names file, line and field.
  - What is as it should be is not written again.
author:
  - Slipway maintainers (@slipway)
extends_documentation_fragment:
  - slipway.deploy.attributes
  - slipway.deploy.attributes.kube
  - slipway.deploy.kube_connection
  - slipway.deploy.kube_sources
  - slipway.deploy.kube_wait
options:
  state:
    description:
      - V(present) applies the objects, V(absent) deletes them.
      - To delete, a manifest needs no more than C(apiVersion), C(kind) and C(metadata) with name and namespace.
    type: str
    choices: [present, absent]
    default: present
  namespace:
    description: The namespace of objects whose manifest names none. Else it is V(default).
    type: str
  field_manager:
    description:
      - The name under which the API server remembers which fields are ours.
      - A field that is no longer in the manifest is removed if nobody else owns it.
    type: str
    default: slipway
  force_conflicts:
    description:
      - Take over fields that another field manager has set to another value. Otherwise such a field fails the task
        before anything is sent, and the message names the field, its owner and both values.
      - V(true) takes from everybody; a list of field managers takes from these alone.
    type: raw
    default: false
  apply_set:
    description:
      - The set to which these objects belong, as the name of a Secret in O(namespace), or C(secret/NAME),
        C(configmap/NAME) or C(RESOURCE.GROUP/NAME). It is made if it is not there.
      - Objects that were applied with the set before and are not among the manifests any more are deleted, when
        everything else is applied (and healthy, with O(wait)), in the reverse of the order in which they were made.
      - The set is kept as the ApplySet specification of Kubernetes (KEP-3659) says, so that C(kubectl apply --prune
        --applyset) knows it too.
      - With O(state=absent), all members and the set itself are deleted. No manifests are needed for that. What
        O(prune_protect) keeps, keeps the set too.
    type: str
  prune_limit:
    description:
      - How much of a set may be pruned at once, as a number of objects or a share of the set before. A task that would
        prune more is refused before anything is sent. Sets of up to five objects have no limit in percent.
      - V(100%) means no limit.
    type: str
    default: 50%
  prune_protect:
    description:
      - Kinds that are never pruned, as C(Kind) or C(Kind.group). They stay, as members of the set.
      - By default C(Namespace), C(PersistentVolumeClaim), C(PersistentVolume) and C(CustomResourceDefinition).
      - An object with the annotation C(slipway.deploy/prune=false) or C(helm.sh/resource-policy=keep) stays too.
    type: list
    elements: str
  versioned:
    description:
      - Give each ConfigMap and Secret that other objects of the task refer to a name with a hash of its content, and
        follow that name in pod templates and wherever else it is used. A change of configuration so rolls the pods, and
        going back to an older revision finds the configuration of that time.
      - The annotation C(slipway.deploy/versioned) says V(true) or V(false) for one object.
    type: bool
    default: false
  keep_versions:
    description:
      - How many old versions of a ConfigMap or Secret stay. Versions that a living pod template still refers to (a
        ReplicaSet's, for a rollback) stay in any case.
    type: int
    default: 3
  checksum:
    description:
      - Instead of versions, annotate pod templates with a checksum of the ConfigMaps and Secrets of this task that they
        refer to, so that pods roll when these change.
    type: bool
    default: false
  order_rules:
    description:
      - Rules of your own for what is applied before what, added to the default ones, which C(docs/apply-order.md)
        lists.
      - Each is a mapping of C(first) and C(then), lists of kinds as C(Kind) or C(group/Kind) with C(*) for any, and
        C(same_namespace).
      - The annotations C(slipway.deploy/depends-on) and C(slipway.deploy/barrier) order single objects.
    type: list
    elements: dict
    default: []
  recreate:
    description:
      - Delete an object and make it again where the API server refuses a change because a field is immutable. Otherwise
        that fails the task, and the message names the field.
      - An object with the annotation C(slipway.deploy/recreate) overrides this. Kinds that hold data (such as
        C(PersistentVolumeClaim) and C(Namespace)) need that annotation.
    type: bool
    default: false
  preflight:
    description:
      - Ask the API server about every change by a dry run before the first one is sent, so that what only the server
        can know (quotas, admission, values out of range) stops the task with nothing changed. It costs a second request
        for each object that changes.
      - Unknown fields, wrong types, conflicts and missing namespaces are found before the first change in any case.
    type: bool
    default: false
  on_failure:
    description:
      - What to do when an object cannot be applied, or, with O(wait), does not become healthy.
      - V(keep) leaves everything as it came out. V(rollback) puts changed objects back to what they were and removes
        new ones, waits until they are healthy again, and fails with both stories.
      - A StatefulSet does not leave a revision whose pods never become ready by itself. Going back therefore deletes
        its pods of the new revision that do not run well; their volumes stay.
    type: str
    choices: [keep, rollback]
    default: keep
  wait:
    description:
      - With O(state=present), wait until all objects are healthy, as M(slipway.deploy.k8s_wait) does.
      - With O(state=absent), wait until they are gone, in each step of the order.
    type: bool
    default: false
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 120
notes:
  - Objects are sent as soon as what they need is there, many at once. See C(docs/apply-order.md) for the rules.
  - What is as it should be costs no request of its own. That is decided from the live object and its C(managedFields).
  - Objects of a kind or namespace that the same task makes can be checked only by their schemas before; in check mode
    they count as created.
  - If an object fails while others are written, what needs it is skipped, and the others are written all the same. The
    result lists all of them.
seealso:
  - module: slipway.deploy.k8s_wait
  - module: slipway.deploy.k8s_rollout
"""

EXAMPLES = r"""
- name: Apply all manifests in the role's files/manifests
  slipway.deploy.k8s_apply:
    src: manifests

- name: Apply one object and wait until it runs
  slipway.deploy.k8s_apply:
    kubeconfig: ~/.kube/staging.yml
    namespace: shop
    definition:
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        replicas: 3
        selector:
          matchLabels: {app: web}
        template:
          metadata:
            labels: {app: web}
          spec:
            containers:
              - name: web
                image: registry.example.com/shop/web:1.4
    wait: true

- name: Render templates and apply what comes out
  slipway.deploy.k8s_apply:
    template:
      - namespace.yml.j2
      - web.yml.j2

- name: Apply a Helm chart, and wait for it as for everything else
  slipway.deploy.k8s_apply:
    helm:
      - chart: oci://registry.example.com/charts/web
        version: 1.4.2
        name: web
        namespace: shop
        values: {password: "{{ web_password }}"}
    wait: true

- name: Apply an overlay, and the manifests of an operator at one version
  slipway.deploy.k8s_apply:
    kustomize: [overlays/production]
    src:
      - url: https://example.com/operator/v1.4/install.yaml
        checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

- name: Take over fields that were set by hand
  slipway.deploy.k8s_apply:
    src: web.yml
    force_conflicts: [kubectl-edit, kubectl-client-side-apply]

- name: Apply a whole application, remove what it no longer has, and go back if it does not run
  slipway.deploy.k8s_apply:
    src: manifests
    namespace: shop
    apply_set: shop
    versioned: true
    wait: true
    on_failure: rollback

- name: Remove everything again
  slipway.deploy.k8s_apply:
    src: manifests
    state: absent
    wait: true
"""

RETURN = r"""
objects:
  description:
    - Each object and what was done with it (in check mode, would be done), in the order of the input.
    - One that failed because the server was lost while it was written has C(in_doubt); it may be there. The next run
      finds out.
  returned: always, but when the input is refused before the cluster is asked
  type: list
  elements: dict
  contains:
    api_version:
      description: API group and version.
      type: str
      returned: always
    kind:
      description: Kind.
      type: str
      returned: always
    namespace:
      description: Namespace; empty for objects of the whole cluster.
      type: str
      returned: always
    name:
      description: Name.
      type: str
      returned: always
    action:
      description:
        - One of C(created), C(configured), C(recreated), C(unchanged), C(pruned), C(deleted), C(failed) and C(skipped).
      type: str
      returned: always
    error:
      description: Why it failed or was skipped.
      type: str
      returned: when it failed or was skipped
    note:
      description: What else is to be known, as that only the ownership of fields changes.
      type: str
      returned: sometimes
  sample:
    - {api_version: v1, kind: Namespace, namespace: "", name: shop, action: unchanged}
    - {api_version: apps/v1, kind: Deployment, namespace: shop, name: web, action: configured}
summary:
  description: How many objects had each of these actions.
  returned: as objects
  type: dict
  sample: {created: 0, configured: 1, recreated: 0, unchanged: 1, pruned: 0, deleted: 0, failed: 0, skipped: 0}
rollback:
  description: How going back went.
  returned: when the task failed with O(on_failure=rollback)
  type: str
  sample: The objects are what they were before, and healthy.
diff:
  description:
    - For each object that changes, the part of it that the manifest is about, before and after. Values of Secrets show
      as hashes that mean nothing outside of this run.
  returned: as objects; empty unless diff mode is on
  type: list
  elements: dict
"""

from ansible_collections.slipway.deploy.plugins.module_utils.common.module_face import run_as_module
from ansible_collections.slipway.deploy.plugins.module_utils.kube.apply import VERB


def main() -> None:
    run_as_module(VERB)


if __name__ == "__main__":
    main()
