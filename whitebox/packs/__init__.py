"""Programme packs: the whole process as a folder of readable files, checked and loaded in one step."""
