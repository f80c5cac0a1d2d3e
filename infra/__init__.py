"""This package holds the topology as data, and the AWS home that is built from it."""
