"""The rules of forecasting: how many contacts each interval of a coming day will bring.

The model is level x weekday x time of day. It needs two weeks of history, and no library.
"""
