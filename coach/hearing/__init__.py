"""Hearing: from the microphone's signal to an intent. It begins with ``front_end``.

``endpoint_rules`` decides when an utterance is over, ``endpointer`` applies the rules to frames.
"""
