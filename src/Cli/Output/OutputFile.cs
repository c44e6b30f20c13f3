using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Output;

/// <summary>
/// Files the user names to be written. What can be refused is refused before the work begins; writing is then to a new file
/// beside the place and a switch, so that what lay there is whole until its successor is.
/// </summary>
internal static class OutputFile
{
    /// <summary>Where <paramref name="file"/> is written until it is whole.</summary>
    public static string Beside(string file) => $"{file}.{Guid.NewGuid():N}.part";

    /// <summary>Refuses what cannot be written, or must not be. Leaves nothing behind.</summary>
    /// <param name="file">The file to write; a folder that is missing will be made.</param>
    /// <param name="force">Whether a file that exists may be replaced; never one of <paramref name="inputs"/>.</param>
    /// <param name="inputs">The files that are read.</param>
    /// <exception cref="HermesException">It is refused; the message says why.</exception>
    public static void Check(string file, bool force, params IReadOnlyList<string> inputs)
    {
        if (Directory.Exists(file))
        {
            throw new HermesException($"{file} is a folder; a file name was expected.", file);
        }

        if (FileIdentity.Of(file) is { } present)
        {
            if (inputs.FirstOrDefault(input => FileIdentity.Of(input) == present) is { } same)
            {
                throw new HermesException($"{file} is the input {same} itself, which is never replaced.", file, "Choose another name for the output.");
            }

            if (!present.IsRegular)
            {
                throw new HermesException($"{file} is a device or a pipe; a file name was expected.", file);
            }

            if (!force)
            {
                throw Taken(file);
            }
        }

        RequireWritable(file);
    }

    /// <summary>The refusal to replace a file.</summary>
    public static HermesException Taken(string file) => new($"{file} exists already.", file, "Choose another name, or replace it with --force.");

    /// <summary>Makes the folder of a file.</summary>
    public static void MakeFolder(string file) => Directory.CreateDirectory(Folder(file));

    /// <summary>Writes a file beside its place and renames it.</summary>
    /// <exception cref="HermesException">The file exists and may not be replaced.</exception>
    public static async Task WriteAsync(string file, bool replace, Func<Stream, Task> write)
    {
        MakeFolder(file);
        var beside = Beside(file);
        try
        {
            await using (var stream = File.Create(beside))
            {
                await write(stream);
            }

            File.Move(beside, file, replace);
        }
        catch (IOException) when (!replace && File.Exists(file))
        {
            throw Taken(file);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static string Folder(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? Path.GetFullPath(file);

    /// <summary>Tries it: permissions, read-only disks and names that are too long show in no other way.</summary>
    private static void RequireWritable(string file)
    {
        var missing = new Stack<string>();
        for (var folder = Folder(file); !Directory.Exists(folder); folder = Folder(folder))
        {
            missing.Push(folder);
        }

        var made = new Stack<string>();
        try
        {
            foreach (var folder in missing)
            {
                Directory.CreateDirectory(folder);
                made.Push(folder);
            }

            using var probe = new FileStream(Beside(file), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"{file} cannot be written: {e.Message.TrimEnd('.')}.", e) { File = file };
        }
        finally
        {
            foreach (var folder in made)
            {
                Directory.Delete(folder);
            }
        }
    }
}
