"""Learning the understanding from the phrasings; needs the extra `train`. `crampvoice train` runs it.

Two stages, both with fixed seeds: `finetune` teaches the sentence encoder (slow, tens of minutes on two cores), `heads`
everything on top of it (minutes). The manifest beside the trained files says from what each was made.

`language_model` mixes the phrasings into what the speech model expects to hear; it needs OpenFst's tools and no extra.
"""
