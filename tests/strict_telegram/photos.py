"""Photos the bot sends: uploaded, taken from an address, or sent again by their file_id."""

from __future__ import annotations

from tests.strict_telegram.facts import Json, Upload, mistake
from tests.strict_telegram.world import World

PHOTO_BYTES = 10 * 1024 * 1024
# PNG, JPEG, GIF, WebP: what Telegram reads as a photo.
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
ATTACHED = "attach://"


def file_id_of(world: World, given: str, files: dict[str, Upload]) -> str:
    """The file_id of the photo a call gives."""
    if given.startswith(ATTACHED):
        name = given.removeprefix(ATTACHED)
        if name not in files:
            raise mistake("wrong file identifier/HTTP URL specified")
        return world.keep_file(_checked(files[name]))
    if given in world.files:
        return given
    if given.startswith(("http://", "https://")):
        return world.keep_file(Upload(given, b""))
    raise mistake("wrong file identifier/HTTP URL specified")


def _checked(upload: Upload) -> Upload:
    if not upload.content:
        raise mistake("file must be non-empty")
    if len(upload.content) > PHOTO_BYTES:
        raise mistake("too big photo: 10 MB at most")
    if not upload.content.startswith(BEGINNINGS):
        raise mistake("IMAGE_PROCESS_FAILED")
    return upload


def sizes(world: World, file_id: str) -> list[Json]:
    """The `photo` field of a message; a single size, its width and height made up."""
    size = len(world.files[file_id].content)
    unique = f"AQAD{file_id[-8:]}"
    shape: Json = {"width": 800, "height": 600, "file_size": size}
    return [{"file_id": file_id, "file_unique_id": unique, **shape}]
