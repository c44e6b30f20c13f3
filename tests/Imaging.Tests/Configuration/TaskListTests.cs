using Hermes.Imaging.Configuration;

namespace Hermes.Imaging.Tests.Configuration;

public sealed class TaskListTests
{
    [Fact]
    public void The_published_tasks_are_as_the_method_lists_them()
    {
        var list = TaskList.ReadFile(TaskList.PublishedFile);

        Assert.Equal(71, list.Tasks.Length);
        Assert.Equal(["ct", "pet", "t1", "t2", "cine"], list.Modalities.ToArray());
        Assert.Equal(
            [
                "lits ct 2", "kits ct 2", "amos_ct ct 15", "amos_mr - 13", "bcv ct 13", "structseg_oar ct 6", "chaos_t1 t1 4", "chaos_t2 t2 4",
                "structseg_head_oar ct 22", "mnm cine 3", "brain_structure t1 3", "autopet pet 1",
            ],
            list.Groups.Select(g => $"{g.Name} {g.Modality ?? "-"} {g.Labels.Length}"));
        Assert.Equal(list.Groups[2].Tasks.Take(13), list.Groups[3].Tasks);
        Assert.Equal(list.Groups[6].Tasks.ToArray(), list.Groups[7].Tasks.ToArray());
        Assert.Equal((4, 31, 41, 63), (list.Tasks.IndexOf("amos/spleen"), list.Tasks.IndexOf("bcv/adrenal_gland_left"), list.Tasks.IndexOf("chaos/spleen"), list.Tasks.IndexOf("structseg_head_oar/mandible_right")));
        Assert.Equal(list.Tasks[4..67].ToArray(), list.Unverified.ToArray());
        Assert.All(list.Groups, group => group.Validate());
        Assert.All(list.Groups, group => Assert.Equal(Enumerable.Range(1, group.Labels.Length), group.Labels.Select(l => (int)l.Value)));
    }

    [Fact]
    public void Labels_can_have_any_value_and_order() =>
        Assert.Equal(
            [(7, "a/y"), (2, "a/x")],
            TaskList.Read("tasks: [a/x, a/y]\ngroups: {a: {labels: {a/y: 7, a/x: 2}}}", "tasks.yaml").Groups[0].Labels.Select(l => ((int)l.Value, l.Task)));

    [Theory]
    [InlineData("tasks: [a/x, a/y]\ngroups: {a: {labels: {a/x: 1, a/y: 1}}}", "labels: The prompt group 'a' lists a task or a label value twice")]
    [InlineData("tasks: [a/x]\ngroups: {a: {labels: {a/x: 1.5}}}", "labels: '1.5' of the prompt group 'a' is no whole number")]
    [InlineData("tasks: [a/x]\ngroups: {a: {labels: {a/z: 1}}}", "labels: 'a/z' of the prompt group 'a' is none of the tasks")]
    [InlineData("tasks: [a/x]\ngroups: {a: {rows: [0, 0], labels: {a/x: 1}}}", "rows: the prompt group 'a' says either its first and last row, or its 'labels'")]
    [InlineData("modalities: [ct]\ngroups: {a: {rows: [0, 0]}}", "line 1: tasks: expected a list of tasks")]
    [InlineData("tasks: [a/x, a/x]\ngroups: {a: {rows: [0, 0]}}", "line 1: tasks: a name is empty, or there twice")]
    [InlineData("tasks: [a/x]", "line 1: groups: expected at least one prompt group")]
    [InlineData("tasks: [a/x]\ngroups: {a: {rows: [0, 1]}}", "line 2: rows: '1' is not a whole number in 0 to 0")]
    [InlineData("tasks: [a/x, a/y]\ngroups: {a: {rows: [1, 0]}}", "line 2: rows: expected the first and the last row")]
    [InlineData("tasks: [a/x]\ngroups: {a: {modality: ct, rows: [0, 0]}}", "line 2: modality: 'ct' of the prompt group 'a' has no row")]
    [InlineData("tasks: [a/x]\ngroups: {a: {}}", "rows: the prompt group 'a' says either its first and last row, or its 'labels'")]
    [InlineData("tasks: [a/x]\ngroups: {a: {rows: [0, 0], label: 3}}", "line 2: label: unknown key")]
    [InlineData("tasks: [a/x]\ngroup: {a: {rows: [0, 0]}}", "groups: expected at least one prompt group")]
    [InlineData("tasks: [a/x]\ngroups: [a]", "line 2: groups: expected a mapping")]
    [InlineData("tasks: a/x\ngroups: {a: {rows: [0, 0]}}", "line 1: tasks: expected a list of words")]
    public void What_is_wrong_is_told_by_file_line_and_key(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => TaskList.Read(text, "tasks.yaml")).Message, StringComparison.Ordinal);
}
