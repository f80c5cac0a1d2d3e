"""Each vendor's answers, in the shapes of its own documentation, for one customer named Kim."""

from typing import Any

SHOPIFY: dict[str, Any] = {
    "data": {
        "customers": {
            "nodes": [
                {
                    "id": "gid://shopify/Customer/544365967",
                    "displayName": "Kim Lee",
                    "locale": "en-GB",
                    "createdAt": "2024-05-01T10:00:00Z",
                    "tags": ["VIP", "wholesale"],
                    "amountSpent": {"amount": "912.50", "currencyCode": "EUR"},
                    "defaultEmailAddress": {"emailAddress": "Kim@example.com"},
                    "defaultPhoneNumber": None,
                    "orders": {
                        "nodes": [
                            {
                                "id": "gid://shopify/Order/148977776",
                                "name": "#1042",
                                "createdAt": "2026-02-20T08:00:00Z",
                                "cancelledAt": None,
                                "displayFinancialStatus": "PAID",
                                "displayFulfillmentStatus": "FULFILLED",
                                "subtotalLineItemsQuantity": 2,
                                "totalPriceSet": {
                                    "shopMoney": {"amount": "19.90", "currencyCode": "EUR"}
                                },
                                "fulfillments": [
                                    {
                                        "trackingInfo": [
                                            {"company": "DHL", "url": "https://dhl.test/1042"}
                                        ]
                                    }
                                ],
                            }
                        ]
                    },
                }
            ]
        }
    }
}
WOO_CUSTOMERS: list[dict[str, Any]] = [
    {
        "id": 25,
        "date_created_gmt": "2024-05-01T10:00:00",
        "email": "kim@example.com",
        "first_name": "Kim",
        "last_name": "Lee",
        "role": "customer",
    }
]
WOO_ORDERS: list[dict[str, Any]] = [
    {
        "id": 727,
        "number": "1042",
        "status": "completed",
        "currency": "EUR",
        "date_created_gmt": "2026-02-20T08:00:00",
        "total": "19.90",
        "line_items": [{"id": 315}],
    }
]
HUBSPOT_CONTACTS: dict[str, Any] = {
    "total": 1,
    "results": [
        {
            "id": "101",
            "properties": {
                "email": "kim@example.com",
                "firstname": "Kim",
                "lastname": "Lee",
                "hs_language": "en-gb",
                "createdate": "2024-05-01T10:00:00Z",
                "lifecyclestage": "customer",
            },
        }
    ],
}
HUBSPOT_TICKETS: dict[str, Any] = {
    "total": 1,
    "results": [{"id": "77", "properties": {"subject": "A scratch", "hs_pipeline_stage": "1"}}],
}
ZENDESK_USERS: dict[str, Any] = {
    "users": [
        {
            "id": 35436,
            "name": "Kim Lee",
            "email": "kim@example.com",
            "locale": "en-US",
            "created_at": "2024-05-01T10:00:00Z",
            "tags": ["vip"],
        }
    ],
    "count": 1,
}
ZENDESK_TICKETS: dict[str, Any] = {
    "tickets": [
        {"id": 35, "subject": "A scratch", "status": "open"},
        {"id": 34, "subject": "Done", "status": "closed"},
    ]
}
SALESFORCE_TOKEN = {"access_token": "00Dxx!t", "token_type": "Bearer"}
SALESFORCE_CONTACTS: dict[str, Any] = {
    "totalSize": 1,
    "done": True,
    "records": [
        {
            "attributes": {"type": "Contact"},
            "Id": "0035g00000abcde",
            "Name": "Kim Lee",
            "Email": "kim@example.com",
            "CreatedDate": "2024-05-01T10:00:00.000+0000",
        }
    ],
}
SALESFORCE_CASES: dict[str, Any] = {
    "totalSize": 1,
    "done": True,
    "records": [{"Id": "5005g00000fghij", "Subject": "A scratch", "Status": "New"}],
}
