"""What is published of the interfaces: JSON Schemas and the OpenAPI document, made from models."""
