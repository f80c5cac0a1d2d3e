"""The published interfaces are made here from models: JSON Schemas and the OpenAPI document."""
