"""This room measures how well spikes of topics are noticed, on months that are made from a seed."""
