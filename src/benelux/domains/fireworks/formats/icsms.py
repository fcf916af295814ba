"""A sheet for whoever enters it in ICSMS, the EU's system of market surveillance.

ICSMS publishes no schema for files that it would take. This is our own form, made so that each part
has the name of what Regulation (EU) 2019/1020 art. 34(4) asks authorities to enter: measures,
reports of tests, corrective action, and what identifies product and operator. It is documented in
the manual, in JSON and in XML, and is to be replaced by the official form where there is one.
"""

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

import msgspec

from benelux.domains.fireworks.model.sheets import Kept

FORM: Final = "benelux-icsms-1"
SPACE: Final = "urn:benelux:fireworks:icsms:1"
LAW: Final = "2013/29/EU"


def fields(kept: Kept) -> dict[str, object]:
    """The sheet under the names that an entry in ICSMS has parts for."""
    sheet, operator = kept.content, kept.content.operator
    return {
        "form": FORM,
        "authority": {"reference": kept.authority, "country": kept.country},
        "productInformation": {
            "reference": kept.id,
            "version": kept.version,
            "recordedAt": kept.recorded_at.isoformat(),
            "legislation": LAW,
            "name": sheet.product,
            "type": sheet.kind,
            "category": sheet.category,
            "batch": sheet.batch,
            "registrationNumber": sheet.registration,
            "foundOn": sheet.found_on.isoformat(),
            "foundAt": sheet.found_at,
            "ceMarking": sheet.ce,
            "notifiedBody": sheet.notified_body,
            "photos": len(sheet.photos),
        },
        "economicOperator": {
            "role": operator.role,
            "name": operator.name,
            "country": operator.country,
            "address": operator.address,
        },
        "labelChecks": [
            {"item": item, "result": outcome} for item, outcome in sorted(sheet.checks.items())
        ],
        "labelRemark": sheet.remark,
        "testReports": [
            {
                "laboratory": test.laboratory,
                "country": test.country,
                "standard": test.protocol,
                "check": test.check,
                "result": test.result,
                "reference": test.reference,
                "remark": test.remark,
                "jointWith": list(test.joint),
            }
            for test in sheet.tests
        ],
        "risk": {"level": sheet.risk, "reason": sheet.risk_reason},
        "measures": list(sheet.measures),
        "measureNote": sheet.measure_note,
        "compliant": not sheet.failed,
    }


def as_json(kept: Kept) -> bytes:
    return msgspec.json.format(msgspec.json.encode(fields(kept))) + b"\n"


def as_xml(kept: Kept) -> bytes:
    """The same as XML: one element for each name, a list as `item` elements."""
    root = ET.Element("sheet", {"xmlns": SPACE})
    _into(root, fields(kept))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _into(parent: ET.Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _into(ET.SubElement(parent, name), inner)
    elif isinstance(value, list):
        for inner in value:
            _into(ET.SubElement(parent, "item"), inner)
    elif isinstance(value, bool):
        parent.text = "true" if value else "false"
    else:
        parent.text = str(value)
